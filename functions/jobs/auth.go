package jobs

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/task"
)

// tenantLimit is the number of bytes of a tenant's name.
const tenantLimit = 256

// authenticated checks basic authentication (RFC 7617) in constant time. A password that is not set lets nobody in: there is none that everybody knows.
func (s service) authenticated(ctx context.Context, header string) (bool, error) {
	reference := s.settings.AdminPassword
	if reference == "" {
		s.Log.Error("nobody may call: ADMIN_PW is not set")
		return false, nil
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	given, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if !strings.EqualFold(scheme, "basic") || err != nil {
		return false, nil
	}
	if s.Secrets == nil {
		return false, task.Errorf(task.SecretMissing, "no secrets are configured")
	}
	password, err := s.Secrets.Resolve(ctx, reference)
	switch {
	case err != nil:
		return false, err
	case password == "":
		return false, task.Errorf(task.SecretMissing, "the password that ADMIN_PW refers to is empty")
	}
	return access.OneOf(string(given), []string{s.settings.AdminUser + ":" + password}), nil
}

func unauthorized() httpevent.Response {
	response := httpevent.Message(http.StatusUnauthorized, "Bad Credentials")
	response.Headers["www-authenticate"] = `Basic realm="Login Required"`
	return response
}

// tenantOf is the tenant of a request, "" for the one that the workflow's own jobs belong to, and why there is none.
func (s service) tenantOf(header map[string]string) (tenant, refusal string) {
	name := s.settings.TenancyHeader
	if name == "" {
		return "", ""
	}
	tenant = strings.TrimSpace(header[strings.ToLower(name)])
	switch {
	case tenant == "":
		return "", "Missing tenant header: " + name
	case len(tenant) > tenantLimit || strings.ContainsFunc(tenant, unicode.IsControl):
		return "", "the tenant in the header " + name + " is no name of at most " + strconv.Itoa(tenantLimit) + " bytes"
	case tenant == s.settings.DefaultTenant:
		return "", ""
	}
	return tenant, ""
}
