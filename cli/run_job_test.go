package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
	"github.com/steploom/steploom/internal/conformance"
)

// record is what run tells of a record.
type record struct {
	Record, StatusCode  int
	Filtered, Delivered bool
	Error, Message      string
	Request             map[string]any
}

// TestRunJob runs the sample's jobs with one message each: the services fail at times, and what identifies a patient is nowhere.
func TestRunJob(t *testing.T) {
	const folder = "../workflows/surveys"
	for _, test := range []struct {
		job, topic, message string
		exit                int
		want                []record
	}{
		{job: "visits", message: folder + "/topics/visit.avro", want: []record{
			{Record: 0, Delivered: true, StatusCode: 201}, {Record: 1, Delivered: true, StatusCode: 201}, {Record: 2, Filtered: true}, {Record: 3, Delivered: true, StatusCode: 201}}},
		{job: "stock", topic: "stock-corrections", message: `{"item": "gauze", "count": 4, "approved": true}`, want: []record{{Delivered: true, StatusCode: 200}}},
		{job: "stock", message: `{"item": "unknown", "approved": true}`, exit: cli.ExitFailed, want: []record{{Error: "Http.Status.404"}}},
		{job: "stock", message: `{"count": 1, "approved": true}`, exit: cli.ExitFailed, want: []record{{Error: "Stream.URL"}}},
		{job: "stock", message: `{"count": 1}`, want: []record{{Filtered: true}}},
	} {
		std, out, errs := capture(t)
		args := []string{"run", folder, test.job, "--message", test.message}
		if strings.HasPrefix(test.message, "{") {
			args[4], std.In = "-", strings.NewReader(test.message)
		}
		if test.topic != "" {
			args = append(args, "--topic", test.topic)
		}
		if code := cli.Main(args, std); code != test.exit {
			t.Errorf("%s %s: ended with %d: %s", test.job, test.message, code, errs)
		}
		var got []record
		if err := json.Unmarshal([]byte(out.String()), &got); err != nil || len(got) != len(test.want) {
			t.Errorf("%s %s: %v: %s", test.job, test.message, err, out)
			continue
		}
		for i, want := range test.want {
			have := got[i]
			if (have.Request == nil) != (want.Filtered || want.Error == "Stream.URL") {
				t.Errorf("%s, record %d: the request is %v", test.job, i, have.Request)
			}
			if have.Request, have.Message = nil, ""; !equalRecords(have, want) {
				t.Errorf("%s, record %d: got %+v, want %+v", test.job, i, have, want)
			}
		}
		for _, hidden := range []string{"only-for-this-machine", "Ada L.", "Grace H."} {
			if strings.Contains(out.String()+errs.String(), hidden) {
				t.Errorf("%s is told: %s%s", hidden, out, errs)
			}
		}
	}
}

// TestRunJobFiles: a file of messages is read as one that fills a topic, and each of its records is done.
func TestRunJobFiles(t *testing.T) {
	const folder = "../workflows/surveys"
	for name, test := range map[string]struct {
		content, want string
		exit          int
	}{
		"lines.jsonl":  {"{\"item\": \"gauze\", \"approved\": true}\n\n  {\"item\": \"gauze\"}\r\n{\"approved\": true}\n7", "0 200, 1 filtered, 2 Stream.URL, 3 filtered", cli.ExitFailed},
		"Lines.NDJSON": {"{\"item\": \"gauze\", \"approved\": true}\n", "0 200", cli.ExitOK},
		"list.json":    {"[{\"item\": \"gauze\", \"approved\": true}, {\"count\": 1}]", "0 200, 1 filtered", cli.ExitOK},
		"one.json":     {"{\"count\": 1}", "0 filtered", cli.ExitOK},
		"one.bin":      {"[{\"count\": 1}]", "0 filtered", cli.ExitOK},
		"broken.jsonl": {"{}\n{", "line 2: unexpected end of JSON input", cli.ExitUsage},
		"broken.json":  {"{", "unexpected end of JSON input", cli.ExitUsage},
		"none.jsonl":   {"\n", "holds no record", cli.ExitUsage},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
			t.Fatal(err)
		}
		std, out, errs := capture(t)
		if code := cli.Main([]string{"run", folder, "stock", "--message", path}, std); code != test.exit {
			t.Errorf("%s: ended with %d: %s", name, code, errs)
		}
		var rows []struct {
			Offset, StatusCode int
			Filtered           bool
			Error              string
		}
		if err := json.Unmarshal([]byte(out.String()), &rows); err != nil {
			if !strings.Contains(errs.String(), name) || !strings.Contains(errs.String(), test.want) {
				t.Errorf("%s: %s", name, errs)
			}
			continue
		}
		var got []string
		for _, row := range rows {
			end := row.Error
			if row.Filtered {
				end = "filtered"
			} else if end == "" {
				end = strconv.Itoa(row.StatusCode)
			}
			got = append(got, fmt.Sprint(row.Offset, " ", end))
		}
		if strings.Join(got, ", ") != test.want || strings.Contains(out.String(), "offset") != (len(rows) > 1) {
			t.Errorf("%s: got %v, want %s: %s", name, got, test.want, out)
		}
	}
}

func equalRecords(a, b record) bool {
	return a.Record == b.Record && a.StatusCode == b.StatusCode && a.Filtered == b.Filtered && a.Delivered == b.Delivered && a.Error == b.Error
}

// TestRunJobRefused: what run cannot do with a job is said, with what it can.
func TestRunJobRefused(t *testing.T) {
	const folder = "../workflows/surveys"
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"run", folder, "visit", "--message", "-"}, "there is no job \"visit\"; there are\n  stock\n  visits"},
		{[]string{"run", folder, "visits"}, "--message FILE"},
		{[]string{"run", folder, "visits", "--message", "-", "--body", "-"}, "takes a --message"},
		{[]string{"run", folder, "visits", "--message", "-", "--topic", "other"}, "job visits reads visit"},
		{[]string{"run", folder, "visits", "--message", "nowhere.json"}, "nowhere.json"},
		{[]string{"run", "../workflows/newsroom", "GET /articles", "--message", "-"}, "the workflow has none"},
	} {
		std, out, errs := capture(t)
		std.In = strings.NewReader("{}")
		if code := cli.Main(test.args, std); code == cli.ExitOK || out.Len() > 0 || !strings.Contains(errs.String(), test.want) {
			t.Errorf("%v: %d: %s%s", test.args, code, out, errs)
		}
	}
}

// TestSampleMessages: the consumer's own jobs deliver the message of its tests as it does.
func TestSampleMessages(t *testing.T) {
	samples := conformance.Sample(t, "aether")
	for _, name := range []string{"job_unit_test.json", "job_basic_auth.json", "job_token.json"} {
		folder := t.TempDir()
		text, err := os.ReadFile(filepath.Join(samples, name))
		if err != nil {
			t.Fatal(err)
		}
		var declared struct{ ID string }
		if err := json.Unmarshal(text, &declared); err != nil {
			t.Fatal(err)
		}
		for file, content := range map[string]string{name: string(text), "stub.yaml": "hosts: [http://someurl.com]\nroutes: {POST /api/theid/: {status: 202}}\n"} {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		std, out, errs := capture(t)
		if code := cli.Main([]string{"run", folder, declared.ID, "--message", filepath.Join(samples, "message_unit_test.json")}, std); code != cli.ExitOK {
			t.Errorf("%s: %d: %s", name, code, errs)
		}
		var got []record
		if err := json.Unmarshal([]byte(out.String()), &got); err != nil || len(got) != 1 {
			t.Errorf("%s: %v: %s", name, err, out)
			continue
		}
		sent, _ := json.Marshal([]any{got[0].Request["method"], got[0].Request["url"], got[0].Request["params"], got[0].Request["json"]})
		const want = `["POST","http://someurl.com/api/theid/",{"key1":"value1","key2":"value2"},{"key1":"value1","key2":"value2"}]`
		if string(sent) != want || got[0].StatusCode != 202 {
			t.Errorf("%s: sent %s, answered %d", name, sent, got[0].StatusCode)
		}
	}
}
