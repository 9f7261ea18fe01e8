package cli_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
)

// TestDevAWS: dev says where it answers for AWS, answers there, and tells of the execution; on the loopback interface it warns of nothing.
func TestDevAWS(t *testing.T) {
	d := startDev(t, newsroom(t), "--aws", "127.0.0.1:0")
	d.out.await(t, "AWS for the functions at http://127.0.0.1:")
	d.out.await(t, "GET /about")
	_, address, _ := strings.Cut(d.out.String(), "AWS for the functions at ")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.Fields(address)[0], strings.NewReader(
		`{"stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:any_get-about:live", "input": "{\"param\": {}, \"header\": {}}"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "AWSStepFunctions.StartSyncExecution")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("status %d", answer.StatusCode)
	}
	d.out.await(t, "SUCCEEDED")
	if strings.Contains(d.err.String(), "is not an address of this machine alone") {
		t.Errorf("it warns: %s", d.err)
	}
}

// TestDevAWSAddress: an address without a host would be every one of this machine.
func TestDevAWSAddress(t *testing.T) {
	for address, want := range map[string]string{":8083": "name the address to listen on", "8083": "missing port in address"} {
		var said bytes.Buffer
		std := cli.Std{In: strings.NewReader(""), Out: &said, Err: &said, Lookup: os.LookupEnv, Context: t.Context()}
		if code := cli.Main([]string{"dev", newsroom(t), "--addr", "127.0.0.1:0", "--aws", address}, std); code == 0 || !strings.Contains(said.String(), want) {
			t.Errorf("%s: %d, %s", address, code, said.String())
		}
	}
}
