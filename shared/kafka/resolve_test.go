package kafka_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// TestResolve: settings and the secrets that they refer to become a Config; a secret that lacks something is told of with its setting.
func TestResolve(t *testing.T) {
	secrets := secret.Environment(task.Variables(map[string]string{
		secret.Variable("login"): `{"username": "u", "password": "p"}`, secret.Variable("ca"): `{"certificate": "c"}`,
		secret.Variable("pair"): `{"certificate": "d", "privateKey": "k"}`,
	}))
	settings := job.Settings{Brokers: []string{"a:1", "b:2"}, Protocol: "SASL_SSL", Mechanism: "PLAIN", Credentials: "login", Authority: "ca", Certificate: "pair"}
	config, err := kafka.Resolve(t.Context(), settings, secrets, "me")
	if err != nil {
		t.Fatal(err)
	}
	if config.User != "u" || config.Password != "p" || string(config.Authority) != "c" || string(config.Certificate) != "d" || string(config.Key) != "k" ||
		strings.Join(config.Brokers, " ") != "a:1 b:2" || config.Client != "me" {
		t.Errorf("%+v", config)
	}
	settings.Certificate = "ca"
	if _, err := kafka.Resolve(t.Context(), settings, secrets, ""); err == nil || !strings.Contains(err.Error(), "KAFKA_CERTIFICATE") || !strings.Contains(err.Error(), "privateKey") {
		t.Errorf("%v", err)
	}
	if config, err := kafka.Resolve(t.Context(), job.Settings{Brokers: []string{"a:1"}}, secrets, ""); err != nil || config.User != "" {
		t.Errorf("without secrets: %+v, %v", config, err)
	}
}
