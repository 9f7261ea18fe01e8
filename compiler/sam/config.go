package sam

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/steploom/steploom/shared/task"
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

// configurer writes down how the SAM CLI is to build, run and deploy what the plan holds.
type configurer struct{ *plan }

// config writes samconfig.toml: the environment <stack> for each stage, and default, which is the first stage for this machine: what it builds runs
// by sam local here.
func (p configurer) config() []byte {
	var out bytes.Buffer
	fmt.Fprint(&out, "# Written by steploom build: sam build --config-env NAME, sam deploy --config-env NAME, or sam deploy --guided for one of your own.\n"+
		"# Without a name, functions are built for the machine that steploom build ran on, and sam local runs them.\nversion = 0.1\n")
	for i, s := range stages() {
		name := stackName(p.app.name(), s.name)
		if i == 0 {
			p.environmentConfig(&out, environment{"default", name, p.options.Local, s})
			p.localConfig(&out)
		}
		p.environmentConfig(&out, environment{name, name, p.options.Architecture, s})
	}
	return out.Bytes()
}

// environment is an environment of samconfig.toml.
type environment struct {
	name, stack  string
	architecture Architecture
	stage
}

// isLocal tells whether it is the one for this machine.
func (e environment) isLocal() bool { return e.name != e.stack }

func (p configurer) environmentConfig(out *bytes.Buffer, e environment) {
	fmt.Fprintf(out, "\n[%s.global.parameters]\nstack_name = %q\n", e.name, e.stack)
	if p.options.Region != "" {
		fmt.Fprintf(out, "region = %q\n", p.options.Region)
	}
	fmt.Fprintf(out, "\n[%s.build.parameters]\nparallel = true\n", e.name)
	overrides := e.overrides
	if p.buildsFunctions() {
		overrides = append([]string{architectureParameter + "=" + string(e.architecture)}, overrides...)
		fmt.Fprintf(out, "parameter_overrides = [%s]\n", strings.Join(doubleQuoted(overrides[:1]), ", "))
		if e.architecture != p.options.Architecture {
			fmt.Fprintf(out, "manifest = %q\n", p.otherBuildFile())
		}
		if !e.isLocal() { // so that nothing is deployed that was built for another machine
			fmt.Fprintf(out, "build_dir = \".aws-sam/%s\"\n", e.name)
		}
	}
	fmt.Fprintf(out, "\n[%s.validate.parameters]\nlint = true\n", e.name)
	fmt.Fprintf(out, "\n[%s.deploy.parameters]\ncapabilities = \"CAPABILITY_IAM\"\nresolve_s3 = true\ns3_prefix = %q\nconfirm_changeset = %t\nfail_on_empty_changeset = false\n",
		e.name, e.stack, e.confirm)
	if p.buildsFunctions() && !e.isLocal() {
		fmt.Fprintf(out, "template_file = \".aws-sam/%s/template.yaml\"\n", e.name)
	}
	fmt.Fprintf(out, "parameter_overrides = [%s]\n", strings.Join(doubleQuoted(overrides), ", "))
	tags := []string{"workflow=" + task.OwnName(p.app.name(), tagLimit), "stage=" + e.stage.name}
	fmt.Fprintf(out, "tags = [%s]\n", strings.Join(doubleQuoted(tags), ", "))
}

// localConfig tells sam local what was built, and where AWS is.
func (p configurer) localConfig(out *bytes.Buffer) {
	for _, command := range []string{"local_invoke", "local_start_api", "local_start_lambda"} {
		fmt.Fprintf(out, "\n[default.%s.parameters]\nenv_vars = %q\nadd_host = \"%s:host-gateway\"\n", command, LocalFile, dockerHost)
		if p.buildsFunctions() {
			fmt.Fprintf(out, "parameter_overrides = [\"%s=%s\"]\n", architectureParameter, p.options.Local)
		}
		if command != "local_invoke" {
			fmt.Fprint(out, "warm_containers = \"LAZY\"\n")
		}
	}
}

// tagLimit is how many characters a tag's value may have (AWS Tagging, "Tag naming limits").
const tagLimit = 256

func doubleQuoted(texts []string) []string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = fmt.Sprintf("%q", text)
	}
	return quoted
}
