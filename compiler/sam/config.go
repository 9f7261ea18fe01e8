package sam

import (
	"bytes"
	"fmt"
	"strings"
)

// stages are the environments that samconfig.toml offers, with what differs from the template's defaults.
func stages() []stage {
	return []stage{
		{"dev", []string{"LogLevel=ALL", "LogRetentionDays=7"}, false},
		{"prod", []string{"LogRetentionDays=90"}, true},
	}
}

type stage struct {
	name      string
	overrides []string
	confirm   bool
}

// config writes samconfig.toml: the environment <stack> for each stage, and default, which is the first.
func (p *plan) config() []byte {
	var out bytes.Buffer
	fmt.Fprint(&out, "# Written by steploom build: sam deploy --config-env NAME, or sam deploy --guided for one of your own.\nversion = 0.1\n")
	for i, s := range stages() {
		name := stackName(p.app.name(), s.name)
		if i == 0 {
			p.environmentConfig(&out, "default", name, s)
		}
		p.environmentConfig(&out, name, name, s)
	}
	return out.Bytes()
}

func (p *plan) environmentConfig(out *bytes.Buffer, environment, stack string, s stage) {
	fmt.Fprintf(out, "\n[%s.global.parameters]\nstack_name = %q\n", environment, stack)
	fmt.Fprintf(out, "\n[%s.build.parameters]\nparallel = true\n", environment)
	fmt.Fprintf(out, "\n[%s.validate.parameters]\nlint = true\n", environment)
	fmt.Fprintf(out, "\n[%s.deploy.parameters]\ncapabilities = \"CAPABILITY_IAM\"\nresolve_s3 = true\ns3_prefix = %q\nconfirm_changeset = %t\nfail_on_empty_changeset = false\n",
		environment, stack, s.confirm)
	fmt.Fprintf(out, "parameter_overrides = [%s]\n", strings.Join(doubleQuoted(s.overrides), ", "))
}

func doubleQuoted(texts []string) []string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = fmt.Sprintf("%q", text)
	}
	return quoted
}
