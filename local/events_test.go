package local

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/local/runtimeapi"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/task"
)

// TestEventsByExecutables sends the sample's events to the executables that are deployed, with the variables that sam local gives them and AWS answered
// by a service: what the SAM CLI does in Docker, without Docker.
func TestEventsByExecutables(t *testing.T) {
	paths := built.get(t)
	database := newsroomDatabase(t)
	service := serviceOf(t, sampleOf(t), Settings{
		Environment: task.Variables(map[string]string{"NEWSROOM_PASSWORD": "deadline", "NEWSROOM_DB_PASSWORD": "none"}), Datasources: map[string]string{"newsdb": database},
	})
	server := httptest.NewServer(service.AWS(nil))
	defer server.Close()
	variables := []string{
		"AWS_ENDPOINT_URL=" + server.URL, "AWS_ENDPOINT_URL_SFN=", "AWS_ENDPOINT_URL_SECRETS_MANAGER=", "AWS_ENDPOINT_URL_S3=",
		"AWS_REGION=eu-north-1", "AWS_ACCESS_KEY_ID=defaultkey", "AWS_SECRET_ACCESS_KEY=defaultsecret",
		api.MachinePrefixVariable + "=arn:aws:states:eu-north-1:123456789012:stateMachine:local_", api.MachineAliasVariable + "=live",
		access.Variable + `={"authentications":{"basicauth":{"kind":"basic"}},"guards":["basicauth"]}`, access.SecretVariable("basicauth") + "=AuthenticationBasicauthSecret",
		"STEPLOOM_DATASOURCE_NEWSDB=" + withoutUser(database), "STEPLOOM_DATASOURCE_NEWSDB_SECRET=DatasourceNewsdbSecret",
	}
	for name, want := range map[string]map[string]int{
		"api": {"get-about": 200, "get-articles": 200, "get-articles-id": 200, "post-articles": 201, "put-sections": 200},
		"sql": {"sql-function": 0},
	} {
		pool := runtimeapi.New(runtimeapi.Function{Name: name, Path: paths[name], Timeout: 20 * time.Second, MemoryMB: 256, Environment: variables})
		defer pool.Close()
		for event, status := range want {
			payload, err := os.ReadFile(filepath.Join("..", "events", event+".json"))
			if err != nil {
				t.Fatal(err)
			}
			result, err := pool.Invoke(t.Context(), payload)
			if err != nil {
				t.Errorf("%s: %v", event, err)
				continue
			}
			var answer api.Response
			if status == 0 {
				if !strings.Contains(string(result.Payload), "harbour-opens") {
					t.Errorf("%s: %s", event, result.Payload)
				}
			} else if err := json.Unmarshal(result.Payload, &answer); err != nil || answer.StatusCode != status {
				t.Errorf("%s: %s, %v, want %d", event, result.Payload, err, status)
			}
		}
	}
}
