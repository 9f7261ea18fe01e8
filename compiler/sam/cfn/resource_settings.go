package cfn

// ConfigurationApplication is AWS::AppConfig::Application.
type ConfigurationApplication struct{ Name Value }

// Type is AWS::AppConfig::Application.
func (*ConfigurationApplication) Type() string { return "AWS::AppConfig::Application" }

// Properties are the application's properties.
func (a *ConfigurationApplication) Properties() Map { return Map{{Key: "Name", Value: a.Name}} }

// ConfigurationProfile is AWS::AppConfig::ConfigurationProfile whose versions AppConfig keeps itself.
type ConfigurationProfile struct{ Application, Name string }

// Type is AWS::AppConfig::ConfigurationProfile.
func (*ConfigurationProfile) Type() string { return "AWS::AppConfig::ConfigurationProfile" }

// Properties are the profile's properties.
func (p *ConfigurationProfile) Properties() Map {
	return Map{{Key: "ApplicationId", Value: Ref(p.Application)}, {Key: "Name", Value: p.Name}, {Key: "LocationUri", Value: "hosted"}}
}

// ConfigurationVersion is AWS::AppConfig::HostedConfigurationVersion, a text that gets another number whenever it changes.
type ConfigurationVersion struct {
	Application, Profile string
	Content              Value
}

// Type is AWS::AppConfig::HostedConfigurationVersion.
func (*ConfigurationVersion) Type() string { return "AWS::AppConfig::HostedConfigurationVersion" }

// Properties are the version's properties.
func (v *ConfigurationVersion) Properties() Map {
	return Map{
		{Key: "ApplicationId", Value: Ref(v.Application)}, {Key: "ConfigurationProfileId", Value: Ref(v.Profile)},
		{Key: "ContentType", Value: "text/plain"}, {Key: "Content", Value: v.Content},
	}
}
