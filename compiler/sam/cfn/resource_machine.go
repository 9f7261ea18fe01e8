package cfn

// StateMachine is AWS::StepFunctions::StateMachine. It is not SAM's own type, which knows no encryption.
type StateMachine struct {
	Name Value
	// Kind is EXPRESS or STANDARD.
	Kind string
	// Definition is a file relative to the template, which sam package puts into S3.
	Definition    string
	Substitutions Map
	Role          Value
	LogLevel      Value
	LogGroup      Value
	Tracing       Value // whether X-Ray follows executions
	Encryption    Value // how definition and history are encrypted
}

// Type is AWS::StepFunctions::StateMachine.
func (*StateMachine) Type() string { return "AWS::StepFunctions::StateMachine" }

// Properties are the state machine's properties.
func (s *StateMachine) Properties() Map {
	logging := Map{
		{Key: "Level", Value: s.LogLevel},
		{Key: "IncludeExecutionData", Value: false, Comment: "requests and answers stay out of the log"},
		{Key: "Destinations", Value: List{Map{{Key: "CloudWatchLogsLogGroup", Value: Map{{Key: "LogGroupArn", Value: s.LogGroup}}}}}},
	}
	return Map{}.
		With("StateMachineName", s.Name).
		With("StateMachineType", s.Kind).
		With("DefinitionS3Location", s.Definition).
		With("DefinitionSubstitutions", s.Substitutions).
		With("RoleArn", s.Role).
		With("LoggingConfiguration", logging).
		With("TracingConfiguration", Map{{Key: "Enabled", Value: s.Tracing}}).
		With("EncryptionConfiguration", s.Encryption)
}

// StateMachineVersion is AWS::StepFunctions::StateMachineVersion, published anew with each revision of the machine.
type StateMachineVersion struct{ Machine string }

// Type is AWS::StepFunctions::StateMachineVersion.
func (*StateMachineVersion) Type() string { return "AWS::StepFunctions::StateMachineVersion" }

// Properties are the version's properties.
func (v *StateMachineVersion) Properties() Map {
	return Map{{Key: "StateMachineArn", Value: Ref(v.Machine)}, {Key: "StateMachineRevisionId", Value: GetAtt{v.Machine, "StateMachineRevisionId"}}}
}

// StateMachineAlias is AWS::StepFunctions::StateMachineAlias, which is moved to each new version.
type StateMachineAlias struct {
	Name, Version string
	// Kind is how it is moved: ALL_AT_ONCE, LINEAR or CANARY. The others say how fast, and which alarms move it back.
	Kind, IntervalMinutes, Percentage, Alarms Value
}

// Type is AWS::StepFunctions::StateMachineAlias.
func (*StateMachineAlias) Type() string { return "AWS::StepFunctions::StateMachineAlias" }

// Properties are the alias's properties.
func (a *StateMachineAlias) Properties() Map {
	preference := Map{{Key: "StateMachineVersionArn", Value: Ref(a.Version)}, {Key: "Type", Value: a.Kind}}
	preference = preference.With("Interval", a.IntervalMinutes).With("Percentage", a.Percentage).With("Alarms", a.Alarms)
	return Map{{Key: "Name", Value: a.Name}, {Key: "DeploymentPreference", Value: preference}}
}

// ScheduleGroup is AWS::Scheduler::ScheduleGroup, whose name is a dimension of the scheduler's metrics.
type ScheduleGroup struct{ Name Value }

// Type is AWS::Scheduler::ScheduleGroup.
func (*ScheduleGroup) Type() string { return "AWS::Scheduler::ScheduleGroup" }

// Properties are the group's properties.
func (g *ScheduleGroup) Properties() Map { return Map{{Key: "Name", Value: g.Name}} }

// Schedule is AWS::Scheduler::Schedule, which fires at the times of an expression and not later.
type Schedule struct {
	Name             Value
	Group            Value
	Description      string
	Expression, Zone string
	State            Value // ENABLED or DISABLED
	Target           Map
}

// Type is AWS::Scheduler::Schedule.
func (*Schedule) Type() string { return "AWS::Scheduler::Schedule" }

// Properties are the schedule's properties.
func (s *Schedule) Properties() Map {
	return Map{}.
		With("Name", s.Name).
		With("GroupName", s.Group).
		With("Description", s.Description).
		With("ScheduleExpression", s.Expression).
		With("ScheduleExpressionTimezone", s.Zone).
		With("FlexibleTimeWindow", Map{{Key: "Mode", Value: Text("OFF")}}).
		With("State", s.State).
		With("Target", s.Target)
}
