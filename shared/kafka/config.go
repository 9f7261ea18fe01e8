package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Config is where brokers are and how one comes in. It holds secrets in the clear.
type Config struct {
	// Brokers are addresses, host:port, of some of the brokers.
	Brokers []string
	// Protocol is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; "" is PLAINTEXT.
	Protocol string
	// Mechanism is PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, for protocols with SASL.
	Mechanism      string
	User, Password string
	// Authority are certificates (PEM) of who may sign those of brokers; empty for those that the system trusts.
	Authority []byte
	// Certificate and Key (PEM) are the client's, empty where it has none.
	Certificate, Key []byte
	// Client is how the client calls itself in the brokers' logs.
	Client string
}

// dialTimeout is how long a broker may take to answer at all.
const dialTimeout = 10 * time.Second

// Options are those of a client of the brokers. An error tells which setting cannot be used, and nothing of a secret.
func (c Config) Options() ([]kgo.Opt, error) {
	if len(c.Brokers) == 0 {
		return nil, errors.New("no brokers are known: KAFKA_URL is empty")
	}
	options := []kgo.Opt{kgo.SeedBrokers(c.Brokers...), kgo.DialTimeout(dialTimeout)}
	if c.Client != "" {
		options = append(options, kgo.ClientID(c.Client))
	}
	overTLS, overSASL, err := protocol(c.Protocol)
	if err != nil {
		return nil, err
	}
	if overTLS {
		config, err := c.tls()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.DialTLSConfig(config))
	}
	if overSASL {
		mechanism, err := c.mechanism()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.SASL(mechanism))
	}
	return options, nil
}

// protocol says what a security protocol is made of.
func protocol(name string) (overTLS, overSASL bool, err error) {
	switch name {
	case "", "PLAINTEXT":
		return false, false, nil
	case "SSL":
		return true, false, nil
	case "SASL_PLAINTEXT":
		return false, true, nil
	case "SASL_SSL":
		return true, true, nil
	}
	return false, false, fmt.Errorf("SECURITY_PROTOCOL: %q is not PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", name)
}

func (c Config) mechanism() (sasl.Mechanism, error) {
	if c.User == "" {
		return nil, fmt.Errorf("SECURITY_PROTOCOL is %s, and KAFKA_CREDENTIALS holds no username", c.Protocol)
	}
	login := scram.Auth{User: c.User, Pass: c.Password}
	switch c.Mechanism {
	case "PLAIN":
		return plain.Auth{User: c.User, Pass: c.Password}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return login.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return login.AsSha512Mechanism(), nil
	}
	return nil, fmt.Errorf("SASL_MECHANISM: %q is not PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", c.Mechanism)
}

func (c Config) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(c.Authority) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(c.Authority) {
			return nil, errors.New("KAFKA_AUTHORITY holds no certificate in PEM")
		}
	}
	if len(c.Certificate) > 0 {
		pair, err := tls.X509KeyPair(c.Certificate, c.Key)
		if err != nil {
			return nil, errors.New("KAFKA_CERTIFICATE holds no certificate with its private key in PEM")
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
