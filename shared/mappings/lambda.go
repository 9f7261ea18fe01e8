package mappings

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// mapping is an event source mapping as Lambda's API takes and gives it (Lambda API, CreateEventSourceMapping and EventSourceMappingConfiguration).
type mapping struct {
	UUID                                string       `json:",omitempty"`
	State                               string       `json:",omitempty"`
	FunctionName                        string       `json:",omitempty"`
	Enabled                             *bool        `json:",omitempty"`
	Topics                              []string     `json:",omitempty"`
	EventSourceArn                      string       `json:",omitempty"`
	SelfManagedEventSource              *brokers     `json:",omitempty"`
	AmazonManagedKafkaEventSourceConfig *groupConfig `json:",omitempty"`
	SelfManagedKafkaEventSourceConfig   *groupConfig `json:",omitempty"`
	SourceAccessConfigurations          []access     `json:",omitempty"`
	StartingPosition                    string       `json:",omitempty"`
	BatchSize                           int          `json:",omitempty"`
	MaximumBatchingWindowInSeconds      *int         `json:",omitempty"`
	FunctionResponseTypes               []string     `json:",omitempty"`
	ProvisionedPollerConfig             *pollers     `json:",omitempty"`
	MaximumRetryAttempts                int          `json:",omitempty"`
	DestinationConfig                   *destination `json:",omitempty"`
}

type groupConfig struct {
	ConsumerGroupID string `json:"ConsumerGroupId"`
}

type brokers struct {
	Endpoints struct {
		Brokers []string `json:"KAFKA_BOOTSTRAP_SERVERS"`
	}
}

type access struct{ Type, URI string }

type pollers struct {
	MinimumPollers, MaximumPollers int
	PollerGroupName                string `json:",omitempty"`
}

type destination struct {
	OnFailure struct {
		Destination string `json:",omitempty"`
	}
}

// The states of a mapping in which it does not read (Lambda API, EventSourceMappingConfiguration).
const (
	disabled  = "Disabled"
	disabling = "Disabling"
	deleting  = "Deleting"
)

// on tells whether a mapping reads, or is about to.
func (m mapping) on() bool { return m.State != disabled && m.State != disabling && m.State != deleting }

func (m mapping) topic() string {
	if len(m.Topics) == 0 {
		return ""
	}
	return m.Topics[0]
}

// group is the mapping's consumer group.
func (m mapping) group() string {
	for _, config := range []*groupConfig{m.AmazonManagedKafkaEventSourceConfig, m.SelfManagedKafkaEventSourceConfig} {
		if config != nil && config.ConsumerGroupID != "" {
			return config.ConsumerGroupID
		}
	}
	return m.UUID // of a mapping that was given none
}

// api is the part of Lambda's API that is used.
type api struct {
	client   *aws.Client
	function string // ARN without a version
}

const version = "2015-03-31"

// name is the function's name alone.
func (a api) name() string { return a.function[strings.LastIndexByte(a.function, ':')+1:] }

func (a api) call(ctx context.Context, method string, again bool, path []string, query url.Values, input, output any) error {
	return a.client.CallResource(ctx, aws.Resource{
		Service: "lambda", ID: task.ServiceLambda, Method: method, Path: append([]string{version}, path...), Query: query, Idempotent: again,
	}, input, output)
}

// createAlias makes the alias of a job, which leads to what the function is at any time.
func (a api) createAlias(ctx context.Context, key string) error {
	input := map[string]string{"Name": key, "FunctionVersion": "$LATEST", "Description": "A job"}
	err := a.call(ctx, http.MethodPost, true, []string{"functions", a.name(), "aliases"}, nil, input, nil)
	if refusedAs(err, "ResourceConflictException") {
		return nil // it is there
	}
	return err
}

func (a api) deleteAlias(ctx context.Context, key string) error {
	return gone(a.call(ctx, http.MethodDelete, true, []string{"functions", a.name(), "aliases", key}, nil, nil, nil))
}

// aliases gives the names of the function's aliases.
func (a api) aliases(ctx context.Context) (names []string, err error) {
	query := url.Values{}
	for {
		var page struct {
			Aliases    []struct{ Name string }
			NextMarker string
		}
		err := a.call(ctx, http.MethodGet, true, []string{"functions", a.name(), "aliases"}, query, nil, &page)
		if gone(err) == nil && err != nil {
			return names, nil // the function is gone
		}
		if err != nil {
			return nil, busy(err)
		}
		for _, one := range page.Aliases {
			names = append(names, one.Name)
		}
		if page.NextMarker == "" {
			return names, nil
		}
		query.Set("Marker", page.NextMarker)
	}
}

// list gives the mappings of a job's alias, but for those that are on their way out.
func (a api) list(ctx context.Context, key string) (found []mapping, err error) {
	query := url.Values{"FunctionName": {a.function + ":" + key}}
	for {
		var page struct {
			EventSourceMappings []mapping
			NextMarker          string
		}
		err := a.call(ctx, http.MethodGet, true, []string{"event-source-mappings"}, query, nil, &page)
		if refusedAs(err, "ResourceNotFoundException") {
			return nil, nil // there is no such alias
		}
		if err != nil {
			return nil, busy(err)
		}
		for _, one := range page.EventSourceMappings {
			if one.State != deleting {
				found = append(found, one)
			}
		}
		if page.NextMarker == "" {
			slices.SortFunc(found, func(a, b mapping) int { return strings.Compare(a.topic(), b.topic()) })
			return found, nil
		}
		query.Set("Marker", page.NextMarker)
	}
}

// create makes a mapping. Where the pollers' group has no room for it, it gets pollers of its own.
func (a api) create(ctx context.Context, wanted mapping) error {
	err := a.call(ctx, http.MethodPost, false, []string{"event-source-mappings"}, nil, wanted, nil)
	if refusedAs(err, "InvalidParameterValueException") && wanted.ProvisionedPollerConfig.PollerGroupName != "" && strings.Contains(err.Error(), "PollerGroup") {
		own := *wanted.ProvisionedPollerConfig
		own.PollerGroupName, wanted.ProvisionedPollerConfig = "", &own
		err = a.call(ctx, http.MethodPost, false, []string{"event-source-mappings"}, nil, wanted, nil)
	}
	return busy(err)
}

func (a api) update(ctx context.Context, id string, change mapping) error {
	return busy(gone(a.call(ctx, http.MethodPut, true, []string{"event-source-mappings", id}, nil, change, nil)))
}

func (a api) delete(ctx context.Context, id string) error {
	return busy(gone(a.call(ctx, http.MethodDelete, true, []string{"event-source-mappings", id}, nil, nil, nil)))
}

func refusedAs(err error, codes ...string) bool {
	refused, ok := errors.AsType[*aws.Error](err)
	return ok && slices.Contains(codes, refused.Code)
}

// gone makes nothing of the failure to change what is not there any more.
func gone(err error) error {
	if refusedAs(err, "ResourceNotFoundException") {
		return nil
	}
	return err
}

// busy names the failures that pass when a mapping has become what it is becoming, or Lambda is asked less.
func busy(err error) error {
	refused, ok := errors.AsType[*aws.Error](err)
	if ok && (refused.Throttled() || refusedAs(err, "ResourceInUseException", "ResourceConflictException")) {
		return job.ErrBusy
	}
	return err
}
