package cfn

// Function is AWS::Serverless::Function.
type Function struct {
	Name        Value
	Description string
	CodeURI     string
	// BuildMethod is what sam build does: "makefile", or "" when CodeURI holds the built executable.
	BuildMethod  string
	Architecture string
	Memory       Value // MB
	Timeout      Value // seconds
	Reserved     Value // concurrent executions
	Role         Value
	LogGroup     Value
	Environment  Map
	VPC          Value
	Tracing      Value // Active or PassThrough
	Events       Map
}

// Type is AWS::Serverless::Function.
func (*Function) Type() string { return "AWS::Serverless::Function" }

// Metadata tells sam build what to do.
func (f *Function) Metadata() Map {
	if f.BuildMethod == "" {
		return Map{{Key: "SkipBuild", Value: true}}
	}
	return Map{{Key: "BuildMethod", Value: f.BuildMethod}, {Key: "WorkingDirectory", Value: "."}}
}

// Properties are the function's properties.
func (f *Function) Properties() Map {
	var environment Map
	if len(f.Environment) > 0 {
		environment = Map{{Key: "Variables", Value: f.Environment}}
	}
	return Map{}.
		With("FunctionName", f.Name).
		With("Description", f.Description).
		With("CodeUri", f.CodeURI).
		With("Handler", "bootstrap").
		With("Runtime", "provided.al2023").
		With("Architectures", List{f.Architecture}).
		With("MemorySize", f.Memory).
		With("Timeout", f.Timeout).
		With("ReservedConcurrentExecutions", f.Reserved).
		With("Role", f.Role).
		With("Tracing", f.Tracing).
		With("LoggingConfig", Map{}.With("LogGroup", f.LogGroup)).
		With("Environment", environment).
		With("VpcConfig", f.VPC).
		With("Events", f.Events)
}

// StateMachine is AWS::Serverless::StateMachine.
type StateMachine struct {
	Name Value
	// Kind is EXPRESS or STANDARD.
	Kind          string
	DefinitionURI string
	Substitutions Map
	Role          Value
	LogLevel      Value
	LogGroup      Value
	// Tracing tells whether X-Ray follows executions.
	Tracing Value
	// Alias is published with each change; events start executions through it.
	Alias  string
	Events Map
}

// Type is AWS::Serverless::StateMachine.
func (*StateMachine) Type() string { return "AWS::Serverless::StateMachine" }

// Properties are the state machine's properties.
func (s *StateMachine) Properties() Map {
	logging := Map{
		{Key: "Level", Value: s.LogLevel},
		{Key: "IncludeExecutionData", Value: false, Comment: "requests and answers stay out of the log"},
		{Key: "Destinations", Value: List{Map{{Key: "CloudWatchLogsLogGroup", Value: Map{{Key: "LogGroupArn", Value: s.LogGroup}}}}}},
	}
	return Map{}.
		With("Name", s.Name).
		With("Type", s.Kind).
		With("DefinitionUri", s.DefinitionURI).
		With("DefinitionSubstitutions", s.Substitutions).
		With("Role", s.Role).
		With("Logging", logging).
		With("Tracing", Map{{Key: "Enabled", Value: s.Tracing}}).
		With("AutoPublishAlias", s.Alias).
		With("UseAliasAsEventTarget", s.startsAlias()).
		With("Events", s.Events)
}

// startsAlias is true where events start executions through the alias, nil where there is neither.
func (s *StateMachine) startsAlias() Value {
	if s.Alias == "" || len(s.Events) == 0 {
		return nil
	}
	return true
}
