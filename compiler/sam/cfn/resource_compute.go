package cfn

// Function is AWS::Serverless::Function.
type Function struct {
	Name        Value
	Description string
	CodeURI     string
	// BuildMethod is what sam build does: "makefile", or "" when CodeURI holds the built executable.
	BuildMethod  string
	Architecture Value
	Memory       Value // MB
	Timeout      Value // seconds
	Reserved     Value // concurrent executions
	Role         Value
	LogGroup     Value
	LogLevel     Value // of the function's own lines
	Environment  Map
	VPC          Value
	Tracing      Value // Active or PassThrough
	Key          Value // of KMS, for the environment
	// Alias is moved to a version that each change of code or environment publishes, and each change of VersionDescription.
	Alias              string
	VersionDescription Value
	Events             Map
}

// Type is AWS::Serverless::Function.
func (*Function) Type() string { return "AWS::Serverless::Function" }

// Metadata tells sam build what to do, and cfn-lint that there is no DeletionPolicy on purpose (see KeepReplaced).
func (f *Function) Metadata() Map {
	ignored := Map{{Key: "config", Value: Map{{Key: "ignore_checks", Value: List{"W3011"}}}}}
	lint := Entry{Key: "cfn-lint", Value: ignored, Comment: "a DeletionPolicy would take the place of the one that SAM gives the versions"}
	if f.BuildMethod == "" {
		return Map{{Key: "SkipBuild", Value: true}, lint}
	}
	return Map{{Key: "BuildMethod", Value: f.BuildMethod}, {Key: "WorkingDirectory", Value: "."}, lint}
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
		With("LoggingConfig", Map{}.With("LogGroup", f.LogGroup).With("LogFormat", "JSON").With("ApplicationLogLevel", f.LogLevel)).
		With("Environment", environment).
		With("KmsKeyArn", f.Key).
		With("VpcConfig", f.VPC).
		With("AutoPublishAlias", f.Alias).
		With("VersionDescription", f.VersionDescription).
		With("Events", f.Events)
}
