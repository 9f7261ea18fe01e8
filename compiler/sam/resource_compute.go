package sam

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
		with("FunctionName", f.Name).
		with("Description", f.Description).
		with("CodeUri", f.CodeURI).
		with("Handler", "bootstrap").
		with("Runtime", "provided.al2023").
		with("Architectures", List{f.Architecture}).
		with("MemorySize", f.Memory).
		with("Timeout", f.Timeout).
		with("ReservedConcurrentExecutions", f.Reserved).
		with("Role", f.Role).
		with("Tracing", "Active").
		with("LoggingConfig", Map{}.with("LogGroup", f.LogGroup)).
		with("Environment", environment).
		with("VpcConfig", f.VPC).
		with("Events", f.Events)
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
	Alias         string
	Events        Map
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
		with("Name", s.Name).
		with("Type", s.Kind).
		with("DefinitionUri", s.DefinitionURI).
		with("DefinitionSubstitutions", s.Substitutions).
		with("Role", s.Role).
		with("Logging", logging).
		with("Tracing", Map{{Key: "Enabled", Value: true}}).
		with("AutoPublishAlias", s.Alias).
		with("Events", s.Events)
}
