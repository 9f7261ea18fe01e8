package sam

import (
	"github.com/steploom/steploom/compiler/sam/cfn"
)

// The template conditions of a deployment that takes its time.
const (
	gradual          = "Gradual"
	deploymentAlarms = "WithDeploymentAlarms"
)

// version and alias name the resources that a machine is published by.
func (m *machinePlan) version() string { return m.id + "Version" }
func (m *machinePlan) alias() string   { return m.id + "Alias" }

// deploymentParameters say how fast a new version takes over.
func (p composer) deploymentParameters(t *cfn.Template) {
	t.Parameters = append(t.Parameters,
		cfn.Parameter{Name: "DeploymentType", Group: groupDeployment, Type: "String", Default: "ALL_AT_ONCE", Allowed: cfn.List{"ALL_AT_ONCE", "CANARY", "LINEAR"},
			Description: "How a new version of a state machine takes over: at once, a part of the starts first, or that part more after each interval"},
		cfn.Parameter{Name: "DeploymentIntervalMinutes", Group: groupDeployment, Type: "Number", Default: 5, Min: 1, Max: 2100,
			Description: "Minutes after which a canary is done or a linear deployment goes on; alarms in between move the starts back"},
		cfn.Parameter{Name: "DeploymentPercentage", Group: groupDeployment, Type: "Number", Default: 20, Min: 1, Max: 99,
			Description: "Percentage of the starts that go to a new version first"},
	)
	t.Conditions = append(t.Conditions,
		cfn.Condition{Name: gradual, Test: cfn.Negate(cfn.Same(cfn.Ref("DeploymentType"), "ALL_AT_ONCE"))},
		cfn.Condition{Name: deploymentAlarms, Test: cfn.And{gradual, withAlarms}},
	)
}

// publish adds the version of a machine and the alias by which it is started. Versions stay, so that the alias can go back to one.
func (p composer) publish(t *cfn.Template, index int, m *machinePlan) {
	whenGradual := func(value cfn.Value) cfn.Value { return cfn.Choose(gradual, value, cfn.NoValue) }
	t.Resources = append(t.Resources,
		cfn.Resource{Name: m.version(), Keep: cfn.KeepAlways, Body: &cfn.StateMachineVersion{Machine: m.id}},
		cfn.Resource{Name: m.alias(), Body: &cfn.StateMachineAlias{
			Name: alias, Version: m.version(), Kind: cfn.Ref("DeploymentType"),
			IntervalMinutes: whenGradual(cfn.Ref("DeploymentIntervalMinutes")), Percentage: whenGradual(cfn.Ref("DeploymentPercentage")),
			Alarms: cfn.Choose(deploymentAlarms, cfn.List{cfn.Ref(executionsAlarm(index))}, cfn.NoValue),
		}},
	)
}

// The resources that number the settings of functions.
const (
	settings        = "Settings"
	settingsProfile = "SettingsProfile"
	settingsVersion = "SettingsVersion"
)

// settingsVariable is set in every function, so that settings with another number are another configuration of it, which Lambda needs to publish
// a version.
const settingsVariable = "STEPLOOM_SETTINGS_VERSION"

// composeSettings gives what the parameters say to functions a number. A version of a function keeps the environment that it was published with,
// and SAM publishes one when the template changes, not when a parameter does.
func (p composer) composeSettings(t *cfn.Template) {
	if len(p.functions) == 0 {
		return
	}
	t.Resources = append(t.Resources,
		cfn.Resource{Name: settings, Comment: "The parameters that functions are made of. When one changes, so does the number of the settings, and functions are published anew.",
			Body: &cfn.ConfigurationApplication{Name: cfn.Ref("AWS::StackName")}},
		cfn.Resource{Name: settingsProfile, Body: &cfn.ConfigurationProfile{Application: settings, Name: "functions"}},
		cfn.Resource{Name: settingsVersion, Body: &cfn.ConfigurationVersion{
			Application: settings, Profile: settingsProfile, Content: cfn.Join{Separator: "\n", Of: settingLines(t)},
		}},
	)
}

// settingLines are the parameters on which functions depend, a line each.
func settingLines(t *cfn.Template) cfn.List {
	used := cfn.References{}
	for _, resource := range t.Resources {
		if function, ok := resource.Body.(*cfn.Function); ok {
			used.Add(function.Properties())
		}
	}
	for again := true; again; { // conditions may name conditions
		before := len(used)
		for _, condition := range t.Conditions {
			if used[condition.Name] {
				used.Add(condition.Test)
			}
		}
		again = len(used) > before
	}
	var lines cfn.List
	for _, parameter := range t.Parameters {
		if !used[parameter.Name] {
			continue
		}
		value := cfn.Value(cfn.Ref(parameter.Name))
		if parameter.IsList() {
			value = cfn.Join{Separator: ",", Of: value}
		}
		lines = append(lines, cfn.Join{Of: cfn.List{parameter.Name + "=", value}})
	}
	return lines
}
