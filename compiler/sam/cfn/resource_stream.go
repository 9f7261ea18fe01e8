package cfn

// FunctionAlias is AWS::Lambda::Alias that leads to what a function is now, not to a version of it.
type FunctionAlias struct{ Function, Name string }

// Type is AWS::Lambda::Alias.
func (*FunctionAlias) Type() string { return "AWS::Lambda::Alias" }

// Properties are the alias's properties.
func (a *FunctionAlias) Properties() Map {
	return Map{{Key: "FunctionName", Value: Ref(a.Function)}, {Key: "FunctionVersion", Value: "$LATEST"}, {Key: "Name", Value: Text(a.Name)}}
}

// EventSourceMapping is AWS::Lambda::EventSourceMapping that hands the records of a Kafka topic to the alias of a function, in provisioned mode: only
// there a function may say which records of a batch failed (Lambda developer guide, "Configuring error handling controls for Kafka event sources").
type EventSourceMapping struct {
	Alias string
	Topic string
	Group string
	// Managed names the condition under which the brokers are those of the MSK cluster Cluster; otherwise they are Brokers, a list of host:port.
	Managed          string
	Cluster, Brokers Value
	Access           Value // how Lambda reaches the brokers and logs in to them
	Start            string
	Size, Seconds    Value // of batches
	Pollers          Value // most of them
	PollerGroup      Value // the name of those that mappings share
	Retries          Value
	Destination      Value // takes what is given up
	Filters          Value
	Enabled          Value
}

// Type is AWS::Lambda::EventSourceMapping.
func (*EventSourceMapping) Type() string { return "AWS::Lambda::EventSourceMapping" }

// Properties are the mapping's properties.
func (m *EventSourceMapping) Properties() Map {
	group := Map{{Key: "ConsumerGroupId", Value: m.Group}}
	brokers := Map{{Key: "Endpoints", Value: Map{{Key: "KafkaBootstrapServers", Value: m.Brokers}}}}
	return Map{}.
		With("FunctionName", Ref(m.Alias)).
		With("EventSourceArn", If{m.Managed, m.Cluster, NoValue}).
		With("AmazonManagedKafkaEventSourceConfig", If{m.Managed, group, NoValue}).
		With("SelfManagedEventSource", If{m.Managed, NoValue, brokers}).
		With("SelfManagedKafkaEventSourceConfig", If{m.Managed, NoValue, group}).
		With("SourceAccessConfigurations", m.Access).
		With("Topics", List{Text(m.Topic)}).
		With("StartingPosition", m.Start).
		With("BatchSize", m.Size).
		With("MaximumBatchingWindowInSeconds", m.Seconds).
		With("ProvisionedPollerConfig", Map{{Key: "MinimumPollers", Value: 1}, {Key: "MaximumPollers", Value: m.Pollers}}.With("PollerGroupName", m.PollerGroup)).
		With("FunctionResponseTypes", List{"ReportBatchItemFailures"}).
		With("MaximumRetryAttempts", m.Retries).
		With("DestinationConfig", m.Destination).
		With("FilterCriteria", m.Filters).
		With("Enabled", m.Enabled)
}

// Table is AWS::DynamoDB::Table that is paid by the request and can be taken back to any second of the last weeks.
type Table struct {
	// Key and Sort are the primary key; the name of Sort may be "".
	Key, Sort KeyAttribute
	Indexes   []TableIndex
	// Expires is the attribute with the time at which an item goes, "" for none.
	Expires string
	Encrypt Value // with a key of KMS
}

// KeyAttribute is an attribute of a key; Kind is S or N.
type KeyAttribute struct{ Name, Kind string }

// TableIndex is a global secondary index with all attributes.
type TableIndex struct {
	Name      string
	Key, Sort KeyAttribute
}

// Type is AWS::DynamoDB::Table.
func (*Table) Type() string { return "AWS::DynamoDB::Table" }

// Properties are the table's properties.
func (t *Table) Properties() Map {
	var indexes, attributes List
	seen := map[string]bool{}
	note := func(used ...KeyAttribute) {
		for _, attribute := range used {
			if attribute.Name != "" && !seen[attribute.Name] {
				seen[attribute.Name] = true
				attributes = append(attributes, Map{{Key: "AttributeName", Value: attribute.Name}, {Key: "AttributeType", Value: attribute.Kind}})
			}
		}
	}
	note(t.Key, t.Sort)
	for _, index := range t.Indexes {
		note(index.Key, index.Sort)
		indexes = append(indexes, Map{
			{Key: "IndexName", Value: index.Name}, {Key: "KeySchema", Value: keySchema(index.Key, index.Sort)}, {Key: "Projection", Value: Map{{Key: "ProjectionType", Value: "ALL"}}},
		})
	}
	var expiry Map
	if t.Expires != "" {
		expiry = Map{{Key: "AttributeName", Value: t.Expires}, {Key: "Enabled", Value: true}}
	}
	return Map{{Key: "BillingMode", Value: "PAY_PER_REQUEST"}}.
		With("AttributeDefinitions", attributes).
		With("KeySchema", keySchema(t.Key, t.Sort)).
		With("GlobalSecondaryIndexes", indexes).
		With("TimeToLiveSpecification", expiry).
		With("PointInTimeRecoverySpecification", Map{{Key: "PointInTimeRecoveryEnabled", Value: true}}).
		With("SSESpecification", t.Encrypt)
}

func keySchema(key, sort KeyAttribute) List {
	schema := List{Map{{Key: "AttributeName", Value: key.Name}, {Key: "KeyType", Value: "HASH"}}}
	if sort.Name != "" {
		schema = append(schema, Map{{Key: "AttributeName", Value: sort.Name}, {Key: "KeyType", Value: "RANGE"}})
	}
	return schema
}

// Custom is a custom resource: a function is told of it when it is created, changed or deleted.
type Custom struct {
	Kind       string // "Custom::Jobs"
	Function   Value  // ARN of the function
	Seconds    int    // how long its answer is waited for
	Attributes Map    // what it is told, as texts
}

// Type is the kind.
func (c *Custom) Type() string { return c.Kind }

// Properties are what the function is told.
func (c *Custom) Properties() Map {
	return append(Map{{Key: "ServiceToken", Value: c.Function}, {Key: "ServiceTimeout", Value: c.Seconds}}, c.Attributes...)
}

// MetricFilter is AWS::Logs::MetricFilter that makes a metric of lines of a log.
type MetricFilter struct {
	LogGroup          string
	Pattern           string
	Namespace, Metric Value
	Member            string // of the line, whose number is taken; "" counts lines
}

// Type is AWS::Logs::MetricFilter.
func (*MetricFilter) Type() string { return "AWS::Logs::MetricFilter" }

// Properties are the filter's properties.
func (m *MetricFilter) Properties() Map {
	value := "1"
	if m.Member != "" {
		value = "$." + m.Member
	}
	count := Map{{Key: "MetricNamespace", Value: m.Namespace}, {Key: "MetricName", Value: m.Metric}, {Key: "MetricValue", Value: Text(value)}, {Key: "DefaultValue", Value: 0.0}}
	return Map{{Key: "LogGroupName", Value: Ref(m.LogGroup)}, {Key: "FilterPattern", Value: m.Pattern}, {Key: "MetricTransformations", Value: List{count}}}
}
