package job

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
)

// whole is a job with nothing wrong, of which each test changes a member.
const whole = `{"id": "people", "owner": "me", "type": "POST", "topic": ["Person"], "datamap": {"id": "$.msg.id", "name": "$.msg.name"},
	"url": "https://example.com/{id}", "json_body": ["name"]}`

// with gives the job with members in the place of others.
func with(t *testing.T, changes string) any {
	t.Helper()
	value, err := format.DecodeJSON([]byte(whole))
	changed, err2 := format.DecodeJSON([]byte(changes))
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	job := value.(format.Object)
	for _, member := range changed.(format.Object) {
		job.Set(member.Name, member.Value)
	}
	return job
}

func lines(problems []Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Severity.String()+" "+p.String())
	}
	return strings.Join(all, "\n")
}

func TestReadTakes(t *testing.T) {
	for _, changes := range []string{
		`{}`, `{"modified": "2019", "Hash": "x"}`, `{"datamap": {"id": "$.msg.id", "name": "$.msg.a.b"}}`, `{"constant": {"a": null, "b": "x"}}`,
		`{"basic_auth": {"user": "u", "pw": "p"}}`, `{"token": "t"}`, `{"ratelimit": 0.5}`, `{"ratelimit": 300}`, `{"retry": {"total": 3}}`,
		`{"retry": {"total": false}}`, `{"retry": {"total": null, "connect": 1, "read": 0, "status": 0, "other": 0}}`, `{"on_failure": "topic"}`,
		`{"x-steploom-format": "avro", "x-steploom-idempotency-key": true, "x-steploom-timeout": 5}`, `{"json_body": []}`, `{"id": "00000000-0000-4000-8000-000000000001"}`,
	} {
		if job, problems := Read(with(t, changes)); len(problems) > 0 || job.ID == "" {
			t.Errorf("%s: %s", changes, lines(problems))
		}
	}
	if job, problems := Read(with(t, `{"retry": {"Total": 2, "BACKOFF_FACTOR": 0.5}}`)); len(problems) > 0 || string(job.Retry) != `{"total":2,"backoff_factor":0.5}` {
		t.Errorf("%s: %s", job.Retry, lines(problems))
	}
	upper := `{"ID": "a", "Owner": "b", "Type": "GET", "Topic": ["t"], "DataMap": {"K": "$.msg"}, "URL": "http://x/", "Query_Params": ["K"], "Basic_Auth": {"User": "u", "PW": "p"}}`
	value, _ := format.DecodeJSON([]byte(upper))
	job, problems := Read(value)
	if len(problems) > 0 || job.DataMap["K"] != "$.msg" || job.BasicAuth.Password != "p" || job.URL != "http://x/" {
		t.Errorf("%+v: %s", job, lines(problems))
	}
}

// TestReadTopicsOnce: a topic that stands there twice is read once: no two mappings may have one consumer group.
func TestReadTopicsOnce(t *testing.T) {
	job, _ := Read(with(t, `{"topic": ["b", "a", "b"]}`))
	if !slices.Equal(job.Topics, []string{"b", "a"}) {
		t.Error(job.Topics)
	}
	for n, refused := range map[int]bool{100: false, 101: true} {
		topics := `"t0"`
		for i := range n - 1 {
			topics += fmt.Sprintf(`, "t%d"`, i+1)
		}
		if _, problems := Read(with(t, `{"topic": [`+topics+`]}`)); Refused(problems) != refused {
			t.Errorf("%d topics: %s", n, lines(problems))
		}
	}
}

// TestTopicFault: names of topics as long as they may be, and those that only look like the brokers' own.
func TestTopicFault(t *testing.T) {
	for name, fine := range map[string]bool{
		"a": true, "A.b_c-9": true, "...": true, strings.Repeat("x", 249): true, strings.Repeat("x", 250): false, "_consumer_offsets": true, "__my_own": true, "consumer_offsets": true,
		"__share_group_state": false, "__cluster_metadata": false, "__remote_log_metadata": false, "a:b": false, "a/b": false, "a*": false, "\x00": false, "ä": false, "\xff": false,
	} {
		fault, fix := TopicFault(name)
		if (fault == "") != fine || (fix == "") != fine || len(fault) > 100 {
			t.Errorf("%.20q: %s; %s", name, fault, fix)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, test := range []struct{ changes, want string }{
		{`{"topic": []}`, "error topic: the job has no topics"},
		{`{"topic": ["a b"]}`, `error topic[0]: "a b" is no topic of a job: it holds ' '`},
		{`{"topic": [""]}`, `error topic[0]: "" is no topic of a job: it is empty; write the name of a topic`},
		{`{"topic": ["."]}`, `error topic[0]: "." is no topic of a job: Kafka keeps . and .. for itself`}, {`{"topic": ["a", ".."]}`, "error topic[1]: "}, {`{"topic": ["a\n"]}`, `it holds '\n'`}, {`{"topic": ["\u00e9t\u00e9"]}`, `it holds 'é'`},
		{`{"topic": ["__consumer_offsets"]}`, `error topic[0]: "__consumer_offsets" is no topic of a job: brokers keep in it what they know themselves; name a topic of your own`},
		{`{"topic": ["ok", "__amazon_msk_canary"]}`, "error topic[1]: "}, {`{"on_failure": "topic", "x-steploom-error-topic": "__transaction_state"}`, "error x-steploom-error-topic: "},
		{`{"topic": ["a", "a"]}`, `warning topic[1]: the topic "a" stands there twice`},
		{`{"topic": "a"}`, "error topic: topic is a list of texts, not a text"},
		{`{"topic": ["a", 7]}`, "error topic[1]: topic[1] is a text, not a number"},
		{`{"datamap": {"id": null}}`, `error datamap.id: "id" has no path`},
		{`{"datamap": {"id": 7}}`, "error datamap.id: id is a text, not a number"},
		{`{"datamap": []}`, "error datamap: datamap is an object of JSONPath expressions by names, not a list"},
		{`{"owner": "a\nb"}`, "error owner: owner holds a line break"},
		{`{"owner": null}`, "error owner: owner is a text, not null"},
		{`{"ID": "x"}`, `error ID: id stands there as "id" already`},
		{`{"tokn": "x"}`, `error tokn: "tokn" is not a key of a job; did you mean "token"?`},
		{`{"colour": "x"}`, `warning colour: "colour" is not a key of a job; It has no effect; leave it out`},
		{`{"basic_auth": {"user": "u", "passwrd": "x"}}`, `error basic_auth.passwrd: "passwrd" is not a key of basic_auth; did you mean "password"?`},
		{`{"basic_auth": {"user": "u"}}`, `error basic_auth: basic_auth needs "password"`},
		{`{"basic_auth": {"user": "u:v", "pw": "x"}}`, "error basic_auth.user: the user holds a colon"},
		{`{"basic_auth": {"user": "u", "pw": "x", "password": "y"}}`, `error basic_auth.password: the password stands there as "pw" already`},
		{`{"basic_auth": {"user": "u", "pw": "x"}, "token": "y"}`, "warning token: the token has no effect"},
		{`{"token": "a\r"}`, "error token: the token holds a character that no header can have"},
		{`{"type": "post"}`, `error type: "post" is not one of HEAD, GET, POST, PUT, DELETE, OPTIONS; write POST`},
		{`{"type": "PATCH"}`, `let the service take PUT or POST`},
		{`{"id": "a:b"}`, `it holds ':'`}, {`{"id": ""}`, `cannot be the name of a job`}, {`{"id": "list"}`, "/job/list is a route"},
		{`{"json_body": ["nam"]}`, `warning json_body[0]: the datamap gives no "nam"; It is left out of every request; did you mean "name"?`},
		{`{"query_params": ["id", "id"]}`, `warning query_params[1]: "id" stands there twice`},
		{`{"ratelimit": -1}`, "error ratelimit: ratelimit is a number of seconds, 0 or more"},
		{`{"ratelimit": 301}`, "error ratelimit: ratelimit is 301 seconds, more than 300"},
		{`{"ratelimit": "1"}`, "error ratelimit: ratelimit is a number, not a text"},
		{`{"on_failure": "stopp"}`, `error on_failure: "stopp" is not one of stop, skip, topic; did you mean "stop"?`},
		{`{"on_failure": "topic", "x-steploom-error-topic": "Person"}`, `error x-steploom-error-topic: records that fail go into "Person", which the job reads`},
		{`{"on_failure": "topic", "topic": ["people.failed"]}`, `error on_failure: records that fail go into "people.failed", which the job reads`},
		{`{"x-steploom-error-topic": "e"}`, "warning x-steploom-error-topic: the error topic has no effect"},
		{`{"retry": {"totl": 3}}`, `error retry.totl: "totl" is not a key of a retry; did you mean "total"?`},
		{`{"retry": {"total": "3"}}`, "error retry.total: total is a whole number, null for no limit or false for none, not a text"},
		{`{"retry": {"total": 20, "backoff_max": 60}}`, "error retry: the requests of a record may take"},
		{`{"retry": {"total": null}}`, "error retry: the requests of a record may go on for ever"},
		{`{"retry": {"status_forcelist": ["500"]}}`, "error retry.status_forcelist[0]: a status code is a whole number from 100 to 599, or a class such as 5xx; A text is equal to no status"},
		{`{"retry": {"allowed_methods": ["get"]}}`, `error retry.allowed_methods[0]: "get" is never repeated`},
		{`{"retry": {"Total": 3, "total": 4}}`, `error retry.total: total stands there as "Total" already; keep one of them`},
		{`{"retry": {"redirect": 3}}`, "warning retry.redirect: redirect has no effect"},
		{`{"retry": 3}`, "error retry: retry is an object of the arguments of urllib3's Retry, not a number"},
		{`{"x-steploom-format": "protobuf"}`, `error x-steploom-format: "protobuf" is not one of avro, registry, json, text`},
		{`{"x-steploom-timeout": 60}`, "error x-steploom-timeout: x-steploom-timeout is a number of seconds, more than 0 and at most 50"},
		{`{"constant": {"a": 7}}`, "error constant.a: a is a text, not a number"},
	} {
		_, problems := Read(with(t, test.changes))
		if got := lines(problems); !strings.Contains(got, test.want) {
			t.Errorf("%s:\n%s\nwant %s", test.changes, got, test.want)
		}
		if strings.HasPrefix(test.want, "error") != Refused(problems) && !strings.HasPrefix(test.want, "it") && !strings.HasPrefix(test.want, "/") &&
			!strings.HasPrefix(test.want, "cannot") && !strings.HasPrefix(test.want, "let") {
			t.Errorf("%s: refused %v", test.changes, Refused(problems))
		}
	}
	for _, changes := range []string{`{"id": 1, "owner": 2, "type": 3, "topic": 4, "datamap": 5, "url": 6, "constant": 7, "query_params": 8, "json_body": 9, "basic_auth": 10, "token": 11}`,
		`{"ratelimit": "x", "retry": [], "on_failure": 1, "x-steploom-error-topic": 1, "x-steploom-idempotency-key": 1, "x-steploom-format": 1, "x-steploom-timeout": "x"}`,
		`{"url": "", "datamap": {"id": "$["}, "basic_auth": {}}`, `{"url": "http://", "retry": {"total": {}, "backoff_factor": -1, "raise_on_status": 1, "allowed_methods": 3}}`} {
		_, problems := Read(with(t, changes))
		for _, p := range problems {
			if p.Severity == diag.Error && p.Fix == "" && p.Why == "" {
				t.Errorf("no way out of: %s", p)
			}
		}
	}
	if _, problems := Read(map[string]any{}); len(problems) != 6 || problems[0].Fix == "" {
		t.Error(lines(problems))
	}
	for _, value := range []any{nil, "x", []any{}, map[string]any{}} {
		if _, problems := Read(value); !Refused(problems) {
			t.Errorf("%v is taken", value)
		}
	}
}

// TestDefaultRetryFits: a job that says nothing of retries is delivered within an execution.
func TestDefaultRetryFits(t *testing.T) {
	if longest := (Job{}).longestSeconds(); longest != 9*10+6*20+2*30 {
		t.Errorf("a record may take %v seconds", longest)
	}
	if longest := (Job{TimeoutSeconds: longestTimeout, Retry: []byte(`{"total": 1}`)}).longestSeconds(); longest > longestDelivery {
		t.Errorf("a record may take %v seconds", longest)
	}
}

// TestSamples reads the jobs of the Aether REST consumer's own tests.
func TestSamples(t *testing.T) {
	folder := conformance.Sample(t, "aether")
	files, _ := filepath.Glob(filepath.Join(folder, "job_*test.json"))
	more, _ := filepath.Glob(filepath.Join(folder, "job_[bt]*.json"))
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		value, err := format.DecodeJSON(text)
		if err != nil {
			t.Fatal(file, err)
		}
		if job, problems := Read(value); len(problems) > 0 || job.ID == "" {
			t.Errorf("%s: %s", filepath.Base(file), lines(problems))
		}
	}
	if len(files)+len(more) == 0 {
		t.Error("no jobs in " + folder)
	}
}
