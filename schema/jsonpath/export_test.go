package jsonpath

// SetLimits makes searches give up sooner, so that tests of it are quick.
func (p *Path) SetLimits(steps, resultBytes int) { p.limits = limits{steps, resultBytes} }
