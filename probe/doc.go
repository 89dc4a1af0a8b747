// Package probe names everything that the stages hand to each other.
//
// A document becomes [Sheet]s; a sheet promises [Case]s, which together are a [Plan]; sending a case records an
// [Exchange]; judging an exchange against its case gives a [Result] with [Finding]s; and the results of all sheets
// are a [Run], which is plain data with one canonical JSON encoding.
//
//	source.Document -> Sheet -> Plan (of Case) -> Exchange -> Result -> Run
//
// Nothing here touches a network, a disk or a clock: nouns never execute themselves.
//
// Three channels are never mixed. A source.Diagnostic says that the sheet is wrong; a Finding says that the endpoint
// answered otherwise than documented, or that something kept us from knowing; a Go error says that we could not do
// our work.
package probe
