package sam

import "github.com/steploom/steploom/compiler/sam/cfn"

// Standing counts what a stack has that costs by the month, whether or not anybody asks for anything.
type Standing struct {
	AlarmMetrics int // metrics that alarms look at, when there is somebody to tell
	Routes       int // of the API
	Secrets      int
	Dashboards   int
	Mappings     int // that read topics of declared jobs, each with a poller at least
}

// StandingOf counts what stands in the stack of an application.
func StandingOf(app Application, options Options) Standing {
	p := newPlan(app, options)
	standing := Standing{}
	for _, m := range p.machines {
		if m.http != nil {
			standing.Routes++
		}
	}
	for _, resource := range (composer{p}).template().Resources {
		switch body := resource.Body.(type) {
		case *cfn.Alarm:
			standing.AlarmMetrics += len(body.Series)
		case *cfn.Secret:
			standing.Secrets++
		case *cfn.EventSourceMapping:
			standing.Mappings++
		case *cfn.Dashboard:
			standing.Dashboards++
		}
	}
	return standing
}
