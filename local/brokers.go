package local

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/local/broker"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
)

// Names of the variables that brokers are reached by.
const (
	brokersVariable  = "KAFKA_URL"
	protocolVariable = "SECURITY_PROTOCOL"
)

// Where the address of brokers comes from, besides the sources of datasources.
const (
	FromBrokerFlag     Source = "--broker"
	FromEmbeddedBroker Source = "embedded broker"
)

// Brokers tells which brokers the jobs of a workflow read.
type Brokers struct {
	Source Source
	// Address are those of the brokers, host:port, separated by commas.
	Address string
	// Folder and Reason are of an embedded broker: where it keeps what it holds, and why it is there.
	Folder, Reason string
	// Filled is what was put into its topics just now.
	Filled []broker.Filled
	// config is how they are reached, and written what the workflow said of it.
	config  kafka.Config
	written map[string]string
}

// String is one line for the console.
func (b Brokers) String() string {
	if b.Source != FromEmbeddedBroker {
		return fmt.Sprintf("brokers: %s (%s)", b.Address, b.Source)
	}
	text := fmt.Sprintf("brokers: %s at %s, in %s (%s)", b.Source, b.Address, b.Folder, b.Reason)
	for i, one := range b.Filled {
		text += fmt.Sprintf("%s %s: %d records", map[bool]string{true: "; filled from", false: ","}[i == 0], filepath.Base(one.File), one.Records)
		if one.Again {
			text += " (all of them once more: it does not begin as it did)"
		}
	}
	return text
}

// brokers decides which brokers jobs read, strongest first: the flag, the environment, the file's address if a broker answers there, one in this process.
// Variables for the functions are added to w.variables. What was decided stands: after a reload, brokers that the workflow writes as before are where
// they were.
func (w *surroundings) brokers(ctx context.Context, jobs *ir.Jobs) (Brokers, error) {
	held := w.settings.Jobs.brokersBefore()
	written := maps.Clone(jobs.Settings)
	if w.settings.Broker != "" {
		w.variables[brokersVariable] = w.settings.Broker
		return w.named(ctx, Brokers{Source: FromBrokerFlag, written: written})
	}
	if isGiven(w.outer.Lookup, brokersVariable) {
		return w.named(ctx, Brokers{Source: FromEnvironment, written: written})
	}
	same := held != nil && reflect.DeepEqual(held.written, written)
	if same && held.Source == FromEmbeddedBroker {
		return w.embedBroker(ctx, Brokers{Reason: held.Reason, written: written})
	}
	if jobs.Settings[brokersVariable] == "" {
		return w.embedBroker(ctx, Brokers{Reason: "the workflow names no brokers", written: written})
	}
	found, err := w.named(ctx, Brokers{Source: FromFile, written: written})
	if err != nil || same {
		return found, err
	}
	if err := reach(ctx, found.config); err != nil {
		return w.embedBroker(ctx, Brokers{Reason: fmt.Sprintf("%s does not answer: %s", found.Address, err), written: written})
	}
	return found, nil
}

// named are brokers that the variables lead to.
func (w *surroundings) named(ctx context.Context, brokers Brokers) (Brokers, error) {
	settings, err := job.ReadSettings(w.environment())
	if err != nil {
		return brokers, fmt.Errorf("brokers: %w", err)
	}
	if brokers.config, err = kafka.Resolve(ctx, settings, w.secrets(), "steploom-"+w.project.Name()); err != nil {
		return brokers, fmt.Errorf("brokers: %w", err)
	}
	brokers.Address = strings.Join(settings.Brokers, ",")
	_, err = brokers.config.Options()
	return brokers, err
}

// reach asks brokers for a trifle.
func reach(ctx context.Context, config kafka.Config) error {
	ctx, cancel := context.WithTimeout(ctx, reachable)
	defer cancel()
	admin, err := kafka.NewAdmin(config)
	if err != nil {
		return err
	}
	defer admin.Close()
	return admin.Ping(ctx)
}

// embedBroker uses the broker in this process, which is started where it does not run yet.
func (w *surroundings) embedBroker(ctx context.Context, brokers Brokers) (Brokers, error) {
	state, err := w.project.State()
	if err != nil {
		return brokers, err
	}
	brokers.Source, brokers.Folder = FromEmbeddedBroker, filepath.Join(state, "kafka")
	embedded, err := w.settings.Jobs.startBroker(brokers.Folder)
	if err != nil {
		return brokers, err
	}
	brokers.Address = embedded.Address()
	brokers.config = kafka.Config{Brokers: []string{brokers.Address}, Client: "steploom-" + w.project.Name()}
	w.variables[brokersVariable], w.variables[protocolVariable] = brokers.Address, "PLAINTEXT"
	brokers.Filled, err = embedded.Fill(ctx, w.project.Topics())
	return brokers, err
}
