package jobapi

import (
	"encoding/json"
	"strings"
	"testing"
)

// consumer is the API that the consumer's code had.
func consumer(c client) {
	c.text("true", "POST", "/jobs/add", Job("old", "o"))
	c.text("true", "POST", "/jobs/update", Job("old", "p"))
	if got := c.object(200, "GET", "/jobs/get?id=old", ""); got["owner"] != "p" || got["modified"] == nil {
		c.Errorf("%v", got)
	}
	c.text(`{"old":"WorkerStatus.RUNNING"}`, "GET", "/jobs/list", "")
	c.want(200, "POST", "/job/old/stop", "")
	c.text(`{"old":"unknown"}`, "GET", "/jobs/list", "")
	c.text(`{"valid":true}`, "POST", "/jobs/validate", Job("x", "o"))
	c.text(`{"valid":false}`, "POST", "/jobs/validate", "{}")
	if got := c.object(400, "POST", "/jobs/add", "{}"); got["message"] == nil || got["problems"] == nil {
		c.Errorf("%v", got)
	}
	c.want(404, "GET", "/jobs/get?id=unknown", "")
	c.want(400, "GET", "/jobs/get", "")
	c.text("true", "GET", "/jobs/delete?id=old", "")
	c.text("false", "GET", "/jobs/delete?id=old", "")
	c.text("false", "GET", "/jobs/delete", "")
}

// library is the API of the later library.
func library(c client) {
	c.text("true", "POST", "/job/add", Job("new", "o"))
	c.text("true", "POST", "/job/update", Job("new", "p"))
	c.text("false", "POST", "/job/add", "{}")
	for _, method := range []string{"GET", "POST"} {
		c.text(`["new"]`, method, "/job/list", "")
		c.text(`"JobStatus.NORMAL"`, method, "/job/get_status?id=new", "")
		c.text("[]", method, "/job/get_logs?id=new", "")
		if got := c.object(200, method, "/job/get?id=new", ""); got["owner"] != "p" {
			c.Errorf("%v", got)
		}
		for _, operation := range []string{"get", "pause", "resume", "get_status", "get_logs"} {
			if got := c.want(400, method, "/job/"+operation, ""); !strings.Contains(got.Body, `Argument \"id\" is required`) {
				c.Errorf("%s: %s", operation, got.Body)
			}
			if got := c.want(404, method, "/job/"+operation+"?id=x%22y", ""); !strings.Contains(got.Body, `No resource of type \"job\" with id`) {
				c.Errorf("%s: %s", operation, got.Body)
			}
		}
		var methods []struct{ Method, Signature, Doc string }
		if got := c.want(200, method, "/job/describe", ""); json.Unmarshal([]byte(got.Body), &methods) != nil || len(methods) < 20 {
			c.Errorf("%s", got.Body)
		}
		if got := c.object(200, method, "/job/get_schema", ""); got["required"] == nil {
			c.Errorf("%v", got)
		}
	}
	c.text(`{"valid":true}`, "POST", "/job/validate", Job("x", "o"))
	c.text(`{"valid":true}`, "POST", "/job/validate_pretty", Job("x", "o"))
	if got := c.object(200, "POST", "/job/validate_pretty", "{}"); got["valid"] != false || len(got["validation_errors"].([]any)) < 6 {
		c.Errorf("%v", got)
	}
	c.text("true", "DELETE", "/job/delete?id=new", "")
	c.text("false", "POST", "/job/delete?id=new", "")
}

// Tenants asks an API without jobs for which [Tenancy] names tenants, and whose default tenant is "no-tenant".
func Tenants(t *testing.T, ask Ask) {
	of := func(tenant string) client { return client{T: t, ask: ask, header: map[string]string{Tenancy: tenant}} }
	for _, target := range []string{"/jobs", "/job/a", "/job/list", "/jobs/list"} {
		if got := ask(t, Request{Method: "GET", Target: target}); got.Status != 401 {
			t.Errorf("%s without credentials and tenant: %d", target, got.Status)
		}
		if got := ask(t, Request{Method: "GET", Target: target, Header: map[string]string{Tenancy: "a"}}); got.Status != 401 {
			t.Errorf("%s without credentials: %d", target, got.Status)
		}
		if got := (client{T: t, ask: ask}).want(400, "GET", target, ""); !strings.Contains(got.Body, "Missing tenant header: "+Tenancy) {
			t.Errorf("%s: %s", target, got.Body)
		}
		of("  ").want(400, "GET", target, "")
		of(strings.Repeat("t", 300)).want(400, "GET", target, "")
	}
	if got := ask(t, Request{Method: "GET", Target: "/health"}); got.Status != 200 {
		t.Errorf("health: %d", got.Status)
	}
	for _, tenant := range []string{"one", "two", "no-tenant"} {
		of(tenant).want(201, "POST", "/job/same", Job("same", "owner of "+tenant))
	}
	for _, tenant := range []string{"one", "two", "no-tenant"} {
		c := of(tenant)
		if got := c.object(200, "GET", "/job/same", ""); got["owner"] != "owner of "+tenant {
			t.Errorf("%s reads %v", tenant, got)
		}
		if got := c.ids("/jobs"); got != "same" {
			t.Errorf("%s has %q", tenant, got)
		}
		c.text(`["same"]`, "GET", "/job/list", "")
		c.text(`{"same":"WorkerStatus.RUNNING"}`, "GET", "/jobs/list", "")
		c.text("[]", "GET", "/jobs/owner%20of%20another", "")
	}
	if one, two := of("one").object(200, "GET", "/job/same/status", ""), of("two").object(200, "GET", "/job/same/status", ""); one["key"] == two["key"] {
		t.Errorf("two tenants' jobs are both %v", one["key"])
	}
	of("three").want(404, "GET", "/job/same", "")
	of("three").want(404, "DELETE", "/job/same", "")
	of("one").want(204, "DELETE", "/job/same", "")
	of("two").want(200, "GET", "/job/same", "")
	of("two").want(204, "DELETE", "/job/same", "")
	of("no-tenant").want(204, "DELETE", "/job/same", "")
}
