package kafka

import (
	"context"
	"fmt"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/secret"
)

// Resolve makes a Config of settings, with the secrets that they refer to. client is how the client calls itself. An error names the setting.
func Resolve(ctx context.Context, settings job.Settings, secrets secret.Resolver, client string) (Config, error) {
	config := Config{Brokers: settings.Brokers, Protocol: settings.Protocol, Mechanism: settings.Mechanism, Client: client}
	for _, one := range []struct {
		setting, reference, field string
		take                      func(text string)
	}{
		{"KAFKA_CREDENTIALS", settings.Credentials, "username", func(text string) { config.User = text }},
		{"KAFKA_CREDENTIALS", settings.Credentials, "password", func(text string) { config.Password = text }},
		{"KAFKA_AUTHORITY", settings.Authority, "certificate", func(text string) { config.Authority = []byte(text) }},
		{"KAFKA_CERTIFICATE", settings.Certificate, "certificate", func(text string) { config.Certificate = []byte(text) }},
		{"KAFKA_CERTIFICATE", settings.Certificate, "privateKey", func(text string) { config.Key = []byte(text) }},
	} {
		if one.reference == "" {
			continue
		}
		text, err := secrets.Resolve(ctx, one.reference+"#"+one.field)
		if err != nil {
			return config, fmt.Errorf("%s: %w", one.setting, err)
		}
		one.take(text)
	}
	return config, nil
}
