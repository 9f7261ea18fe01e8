package sam

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// How many characters names may have. Everything that is found by name begins with the stack's name and a character that no stack's name holds, so
// that what one stack calls its own no other stack can.
const (
	// stackNameLimit is the longest stack name with which every other name stays within its own limit: state machines 80 (CreateStateMachine),
	// schedules 64 (CreateSchedule), functions 64 (CreateFunction).
	stackNameLimit = 80 - task.MachineNameLimit - len(nameSeparator)
	// stageLimit is the longest end of a stack's name that tells its stage: "-prod".
	stageLimit = 5
	// scheduleLimit is what a stack's name leaves of a schedule's, without the end that numbers an operation's schedules: "_1000".
	scheduleLimit = 64 - stackNameLimit - len(nameSeparator) - 5
	// secretLimit is what a stack's name leaves of a secret's (CreateSecret).
	secretLimit = 512 - stackNameLimit - 1
)

// nameSeparator stands between a stack's name and what is its own. A stack's name has letters, digits and hyphens only.
const nameSeparator = "_"

// namePrefix begins the names of all that must be found by name.
const namePrefix = "${AWS::StackName}" + nameSeparator

// vendedLogs begins the names of log groups that services write to by log delivery. Whatever begins so shares one statement of the account's
// resource policy, which has 5,120 characters (CloudWatch Logs user guide, "Enable logging from AWS services").
const vendedLogs = "/aws/vendedlogs/"

// stackName names the stack of a workflow's stage after the folder of the workflow.
func stackName(folder, stage string) string {
	return task.OwnName(folder, stackNameLimit-stageLimit) + "-" + stage
}

// scheduleName is what tells a schedule of an operation from the stack's others.
func scheduleName(m *machinePlan, index int) string {
	name := task.ShortName(m.Name, scheduleLimit)
	if index == 0 {
		return name
	}
	return fmt.Sprintf("%s_%d", name, index+1)
}

// secretPath is what tells a secret from the stack's others, below a folder of theirs: the workflow's own name for it, unless AWS takes no such
// name or the stack has it already.
func secretPath(folder, name string) string {
	own := folder == "" && (name == apiKeysPath || strings.HasPrefix(name, datasourceSecrets) || strings.HasPrefix(name, authenticationSecrets))
	if !own && len(folder+name) <= secretLimit && secretName.MatchString(name) && !secretEnd.MatchString(name) {
		return folder + name
	}
	return folder + task.OwnName(name, secretLimit-len(folder))
}

// The folders of the secrets of datasources and of authentications.
const (
	datasourceSecrets     = "datasource/"
	authenticationSecrets = "authentication/"
)

// The names that CreateSecret takes, and the end by which it would take a name for a part of an ARN.
var (
	secretName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]+$`)
	secretEnd  = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)
)

// These begin the names of what a datasource and an authentication have in the template.
const (
	datasourceStem     = "Datasource"
	authenticationStem = "Authentication"
)

// authenticationID is the name of an authentication as a part of names in the template. Two have one variable at least apart, and so their words.
func authenticationID(name string) string {
	if id := words(name); id != "" && task.VariableName("", id) == task.VariableName("", name) {
		return id
	}
	return words(name) + "X" + task.Hash(name)
}

// machineID names the resource of a state machine by the machine's name.
func (p *plan) machineID(name string) string {
	stem := task.LogicalID(name)
	if p.isTaken(stem) {
		stem += "X" + task.Hash(name)
	}
	return stem + machineEnd
}

const machineEnd = "StateMachine"

// stem begins the names of all resources that a machine has.
func (m *machinePlan) stem() string { return strings.TrimSuffix(m.id, machineEnd) }

// isTaken tells whether resources of the stack's own begin with a stem.
func (p *plan) isTaken(stem string) bool {
	return slices.Contains([]string{apiID, "Scheduler", "Events", "ApprovalGet", "ApprovalPost", "Execution"}, stem) ||
		slices.ContainsFunc(p.app.Catalogue, func(row task.Row) bool { return task.LogicalID(row.Name) == stem })
}

// secretID names the resource of a secret.
func (p *plan) secretID(name string) string {
	id := p.ownID(name) + "Secret"
	ofJobs := p.app.Workflow.Jobs != nil && slices.Contains([]string{adminPasswordID, kafkaCredentialsID, callerKeyID}, id)
	if id == apiKeysID || ofJobs || strings.HasPrefix(id, datasourceStem) || strings.HasPrefix(id, authenticationStem) {
		return p.ownID(name) + "X" + task.Hash(name) + "Secret"
	}
	return id
}

// ownID is the name of a datasource or a secret as a part of names in the template: letters and digits, each word capitalised, and a hash where
// another's name would give the same.
func (p *plan) ownID(name string) string {
	id := words(name)
	for _, f := range p.functions {
		for _, other := range slices.Concat(f.datasources, f.secrets) {
			if other.name != name && words(other.name) == id {
				return id + "X" + task.Hash(name)
			}
		}
	}
	return id
}

// ownIDLimit keeps names made of an author's within the 255 characters of a logical id, a parameter and an output.
const ownIDLimit = 180

// words are the letters and digits of a text, each word capitalised, its other letters as they are.
func words(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	id := cmp.Or(strings.Join(words, ""), "X")
	if len(id) > ownIDLimit {
		return id[:ownIDLimit] + "X" + task.Hash(text)
	}
	return id
}
