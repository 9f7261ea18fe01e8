package job

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

const brokersVariable = "KAFKA_URL"

// Setting is a key of consumer.json or kafka.json, or what stands in variables alone.
type Setting struct {
	// Key is the name in files; "" for what only variables hold.
	Key string
	// Variable holds it at run time; "" where the key has no effect here. Others are further names of it, in files in lower case.
	Variable string
	Others   []string
	Default  string
	Doc      string
	// Secret tells that the variable refers to a secret. A value of a file becomes the secret's member of this name, or all of it where it is "*".
	Secret string
	// Ignored says why the key has no effect.
	Ignored string

	take func(*Settings, string) error
	// deployed is what a deployment gives the variable; "" for what the workflow's files say.
	deployed task.Setting
}

// FindSetting finds a key of consumer.json or kafka.json, in any case.
func FindSetting(key string) (Setting, bool) {
	rows := SettingRows()
	i := slices.IndexFunc(rows, func(s Setting) bool {
		return s.Key != "" && strings.EqualFold(s.Key, key) || slices.ContainsFunc(s.Others, func(o string) bool { return strings.EqualFold(o, key) })
	})
	if i < 0 {
		return Setting{}, false
	}
	return rows[i], true
}

// SettingKeys are all keys that consumer.json and kafka.json can have.
func SettingKeys() []string {
	var keys []string
	for _, row := range SettingRows() {
		if row.Key != "" {
			keys = append(keys, row.Key)
		}
	}
	return keys
}

// SettingRows are all settings.
func SettingRows() []Setting {
	return slices.Concat(brokerRows(), recordRows(), steeringRows(), ignoredRows())
}

// brokerRows are how brokers are reached.
func brokerRows() []Setting {
	return []Setting{
		{Key: "kafka_url", Variable: brokersVariable, deployed: task.Brokers, Others: []string{"BOOTSTRAP_SERVERS"}, Doc: "addresses of the brokers, separated by commas", take: takeBrokers},
		{Key: "auto_offset_reset", Variable: "AUTO_OFFSET_RESET", deployed: task.OffsetReset, Default: "earliest", Doc: "where a job begins that has committed nothing: earliest or latest",
			take: word(func(s *Settings) *string { return &s.OffsetReset }, "earliest", "latest")},
		{Key: "security_protocol", Variable: "SECURITY_PROTOCOL", deployed: task.BrokerProtocol, Others: []string{"KAFKA_CONSUMER_SECURITY_PROTOCOL"}, Default: "PLAINTEXT",
			Doc:  "how brokers are talked to: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
			take: word(func(s *Settings) *string { return &s.Protocol }, "PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")},
		{Key: "sasl_mechanism", Variable: "SASL_MECHANISM", deployed: task.BrokerMechanism, Others: []string{"KAFKA_CONSUMER_SASL_MECHANISM"},
			Doc:  "how one logs in: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
			take: word(func(s *Settings) *string { return &s.Mechanism }, "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")},
		{Variable: "KAFKA_CREDENTIALS", deployed: task.BrokerCredentials, Doc: `the secret {"username", "password"} of the brokers`, Secret: "*",
			take: plainText(func(s *Settings) *string { return &s.Credentials })},
		{Key: "sasl_plain_username", Variable: "KAFKA_CREDENTIALS", Doc: "the user of the brokers", Secret: "username"},
		{Key: "sasl_plain_password", Variable: "KAFKA_CREDENTIALS", Doc: "the user's password", Secret: "password"},
		{Variable: "KAFKA_AUTHORITY", deployed: task.BrokerAuthority, Doc: `the secret {"certificate"} of who signs the brokers' certificates, in PEM`, Secret: "*",
			take: plainText(func(s *Settings) *string { return &s.Authority })},
		{Variable: "KAFKA_CERTIFICATE", deployed: task.BrokerCertificate, Doc: `the secret {"certificate", "privateKey"} of the client, in PEM`, Secret: "*",
			take: plainText(func(s *Settings) *string { return &s.Certificate })},
		{Key: "max_poll_interval_ms", Variable: "MAX_POLL_INTERVAL_MS", Default: "10000", Doc: "how long a worker may take for a batch before another takes its place",
			take: takeInterval},
	}
}

// recordRows are which records a job may see, and how they are read.
func recordRows() []Setting {
	return []Setting{
		{Key: "aether_emit_flag_required", Variable: "AETHER_EMIT_FLAG_REQUIRED", Default: "false", Doc: "whether only approved records pass", take: takeFlag},
		{Key: "aether_emit_flag_field_path", Variable: "AETHER_EMIT_FLAG_FIELD_PATH", Default: "$.approved", Doc: "the path of a record's flag",
			take: takeFlagPath},
		{Key: "aether_emit_flag_values", Variable: "AETHER_EMIT_FLAG_VALUES", Default: "[true]", Doc: "the flags of approved records: a list in JSON, or one value",
			take: takeFlagValues},
		{Key: "aether_masking_schema_annotation", Variable: "AETHER_MASKING_SCHEMA_ANNOTATION", Default: "aetherMaskingLevel",
			Doc: "the attribute of a schema's fields that holds their level", take: plainText(func(s *Settings) *string { return &s.MaskingAnnotation })},
		{Key: "aether_masking_schema_levels", Variable: "AETHER_MASKING_SCHEMA_LEVELS", Default: "[0,1,2,3,4,5]", Doc: "all levels, lowest first: a list in JSON",
			take: takeLevels},
		{Key: "aether_masking_schema_emit_level", Variable: "AETHER_MASKING_SCHEMA_EMIT_LEVEL", Default: "0", Doc: "the highest level that a job may see",
			take: func(s *Settings, text string) error { s.MaskingEmitLevel = levelOf(s.MaskingLevels, text); return nil }},
		{Key: "schema_registry_url", Variable: "SCHEMA_REGISTRY_URL", Doc: "URL of the schema registry of values that name a schema",
			take: plainText(func(s *Settings) *string { return &s.RegistryURL })},
		{Variable: "SCHEMA_REGISTRY_CREDENTIALS", deployed: task.RegistryCredentials, Doc: `the secret {"username", "password"} of the registry`, Secret: "*",
			take: plainText(func(s *Settings) *string { return &s.RegistryCredentials })},
		{Key: "schema_registry_username", Variable: "SCHEMA_REGISTRY_CREDENTIALS", Doc: "the user of the registry", Secret: "username"},
		{Key: "schema_registry_password", Variable: "SCHEMA_REGISTRY_CREDENTIALS", Doc: "the user's password", Secret: "password"},
	}
}

// levelOf is a level as the list of levels has it: "0" is the number 0 in [0, 1] and the text in ["0", "1"].
func levelOf(levels []any, text string) any {
	if slices.Contains(levels, any(text)) {
		return text
	}
	return jsonOrText(text)
}

// steeringRows are who may steer jobs.
func steeringRows() []Setting {
	return []Setting{
		{Key: "admin_user", Variable: "ADMIN_USER", Default: "admin", Doc: "who may steer jobs", take: plainText(func(s *Settings) *string { return &s.AdminUser })},
		{Key: "admin_pw", Variable: "ADMIN_PW", deployed: task.AdminPassword, Doc: "the secret with the password", Secret: "*", take: plainText(func(s *Settings) *string { return &s.AdminPassword })},
		{Key: "tenancy_header", Variable: "TENANCY_HEADER", deployed: task.TenancyHeader, Doc: "the header that names the tenant of a request; empty where there are none",
			take: headerName(func(s *Settings) *string { return &s.TenancyHeader })},
		{Key: "default_tenant", Variable: "DEFAULT_TENANT", Others: []string{"DEFAULT_REALM"}, Default: "no-tenant", Doc: "the tenant of what has none",
			take: plainText(func(s *Settings) *string { return &s.DefaultTenant })},
		{Key: "log_level", Variable: "LOG_LEVEL", Default: "INFO", Doc: "which entries jobs' logs get: DEBUG, INFO, WARNING or ERROR",
			take: word(func(s *Settings) *string { return &s.LogLevel }, "DEBUG", "INFO", "WARNING", "ERROR", "WARN", "CRITICAL", "FATAL")},
	}
}

// ignoredRows are keys of the consumer that have no effect here, and why.
func ignoredRows() []Setting {
	const redis, web, broker = "Jobs are kept in SQLite here and in DynamoDB on AWS.", "The API is that of steploom dev, and API Gateway on AWS.",
		"Offsets are committed when records are delivered or put aside."
	rows := []Setting{
		{Key: "ssl_cafile", Ignored: "Certificates are secrets: put the file's content into the one that KAFKA_AUTHORITY refers to."},
		{Key: "group_id", Ignored: "Each job has a consumer group of its own."},
		{Key: "client_id", Ignored: "Clients are called by the workflow."},
		{Key: "excluded_topics", Ignored: "The consumer never reads it either: a job names its topics."},
		{Key: "max_job_idle_sec", Ignored: "Nothing watches idle jobs."}, {Key: "dump_stack_on_expire", Ignored: "Nothing watches idle jobs."},
		{Key: "consumer_config_path", Ignored: "The files stand in the workflow's folder."}, {Key: "kafka_config_path", Ignored: "The files stand in the workflow's folder."},
		{Key: "name", Ignored: "The workflow has the name of its folder."}, {Key: "consumer_name", Ignored: "The workflow has the name of its folder."},
		{Key: "enable_auto_commit", Ignored: broker}, {Key: "auto_commit_interval_ms", Ignored: broker}, {Key: "max_poll_records", Ignored: broker},
		{Key: "heartbeat_interval_ms", Ignored: broker}, {Key: "session_timeout_ms", Ignored: broker},
		{Key: "expose_port", Ignored: web}, {Key: "server_ip", Ignored: web},
		{Key: "required_consumer_config", Ignored: "Settings have defaults."}, {Key: "required_kafka_config", Ignored: "Settings have defaults."},
	}
	for _, key := range []string{"redis_host", "redis_port", "redis_db", "redis_password"} {
		rows = append(rows, Setting{Key: key, Ignored: redis})
	}
	return rows
}

// Variables are the environment variables that hold settings, each once.
func Variables() []task.Variable {
	var variables []task.Variable
	for _, row := range SettingRows() {
		if row.take != nil {
			variables = append(variables, task.Variable{Name: row.Variable, Doc: row.Doc, Secret: row.Secret != "", Setting: cmp.Or(row.deployed, task.JobSetting)})
		}
	}
	return variables
}
