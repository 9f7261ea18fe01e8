package job

import "encoding/json"

// Job is a job as people write it (job_schema.json of the Aether REST consumer, with what its authors planned). Names of fields are read in any case.
type Job struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	// Type is the HTTP method: HEAD, GET, POST, PUT, DELETE or OPTIONS.
	Type   string   `json:"type"`
	Topics []string `json:"topic"`
	// DataMap are JSONPath expressions (jsonpath_ng.ext) over {"schema", "msg", "constant"}, by the names of what they pick.
	DataMap map[string]string `json:"datamap"`
	// URL is a template of Python's str.format over what was picked.
	URL      string    `json:"url"`
	Constant Constants `json:"constant,omitempty"`
	// QueryParams and JSONBody are names of what was picked; nil is not the same as an empty JSONBody only in its text.
	QueryParams []string `json:"query_params,omitempty"`
	JSONBody    []string `json:"json_body,omitempty"`
	// BasicAuth and Token are there until a job is sealed: see [Secrets].
	BasicAuth *BasicAuth `json:"basic_auth,omitempty"`
	Token     string     `json:"token,omitempty"`
	// RateLimit is the number of seconds between the beginnings of two requests of the job, 0 for no limit.
	RateLimit float64 `json:"ratelimit,omitempty"`
	// Retry are the arguments of urllib3's Retry by their names; empty for [DefaultRetry].
	Retry json.RawMessage `json:"retry,omitempty"`
	// OnFailure says what becomes of a record that cannot be delivered: see [OnFailure]. "" is Stop.
	OnFailure OnFailure `json:"on_failure,omitempty"`
	// ErrorTopic takes what OnFailure puts aside; "" for a name made of the job's.
	ErrorTopic string `json:"x-steploom-error-topic,omitempty"`
	// IdempotencyKey sends the header Idempotency-Key with topic, partition, offset and the number of the record.
	IdempotencyKey bool `json:"x-steploom-idempotency-key,omitempty"`
	// Format is how values of the topics are encoded: "avro", "registry", "json" or "text"; "" finds out for each.
	Format string `json:"x-steploom-format,omitempty"`
	// TimeoutSeconds bounds one attempt of a request; 0 for the default of function http.
	TimeoutSeconds float64 `json:"x-steploom-timeout,omitempty"`
}

// BasicAuth is a user and a password. "pw" is read as password, too.
type BasicAuth struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// OnFailure is what becomes of a record that cannot be decoded or delivered.
type OnFailure string

// The ways to go on after a failure.
const (
	Stop  OnFailure = "stop"  // the job fails and keeps its offset
	Skip  OnFailure = "skip"  // the failure is logged, and the next record is taken
	Topic OnFailure = "topic" // the record is also put into a topic of failed ones
)
