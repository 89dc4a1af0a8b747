package schema

// Export for tests.
var Survey = (*Checker).survey
