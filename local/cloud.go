package local

import (
	"net/http"

	"github.com/steploom/steploom/statemachine/endpoint"
)

// cloud answers what functions ask of AWS: GetSecretValue of Secrets Manager, the executions and tasks of Step Functions, objects of S3. It stands for
// any account and region. Signatures are not checked.
type cloud struct {
	operations endpoint.Operations
	objects    http.Handler
}

func newCloud(executions endpoint.Executions, secrets stackSecrets, objects *objects) http.Handler {
	c := &cloud{operations: endpoint.States(executions), objects: objects}
	c.operations["secretsmanager.GetSecretValue"] = endpoint.Of(secrets.getSecretValue)
	return c
}

// ServeHTTP tells the services apart as the SDKs write their requests: S3 has a path and no target. A browser says by whose page a request is sent,
// and none has any business here.
func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("Origin") != "":
		http.Error(w, "requests of web pages are refused", http.StatusForbidden)
	case r.Method == http.MethodPost && r.URL.Path == "/":
		c.operations.ServeHTTP(w, r)
	default:
		c.objects.ServeHTTP(w, r)
	}
}
