package sam

// composeDirect adds the REST API that starts executions itself.
func (p *plan) composeDirect(t *Template, _ []Grant) {}
