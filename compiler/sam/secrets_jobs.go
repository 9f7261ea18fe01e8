package sam

import (
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// The secrets that jobs bring, beside those of their own requests.
const (
	adminPasswordID    = "AdminPasswordSecret"
	kafkaCredentialsID = "KafkaCredentialsSecret"

	adminPasswordPath    = "steploom/admin-password"
	kafkaCredentialsPath = "steploom/kafka-credentials"
)

// kafkaUser is the user's name that the stack's own credentials of brokers begin with. A mapping can only be made when there are some.
const kafkaUser = "steploom"

// planRequestSecrets lets a function read what requests of declared jobs show.
func (p consumers) planRequestSecrets(f *functionPlan) {
	if !p.delivers(f) {
		return
	}
	for _, declared := range p.declared() {
		for _, reference := range []string{declared.Secrets.Basic, declared.Secrets.Token} {
			if name, _ := secret.Split(reference); name != "" {
				f.secrets = addNeed(f.secrets, name, placeOfRange(declared.Range))
			}
		}
	}
}

// planJobSecrets makes the secrets of the job API, of brokers and of a schema registry. Those that the files say nothing of have a value of their own.
func (p consumers) planJobSecrets() {
	if f := p.behindJobs(); f != nil {
		variable := f.row.Variable(task.AdminPassword)
		if name := p.app.Workflow.Jobs.Secrets[variable]; name != "" {
			p.addSecret(p.namedSecret(name, "The password of the job API"))
		} else if variable != "" {
			p.addSecret(&secretPlan{id: adminPasswordID, path: adminPasswordPath, doc: "the password of the job API", variable: variable, generated: true, told: "Read this secret: "})
		}
	}
	for _, f := range p.functions {
		if name := p.settingSecret(f, task.RegistryCredentials); name != "" {
			p.addSecret(p.namedSecret(name, `User and password of the schema registry, as JSON: {"username": …, "password": …}`))
		}
		if variable := f.row.Variable(task.BrokerCredentials); variable != "" && p.hasJobs() {
			path := kafkaCredentialsPath
			if name := p.app.Workflow.Jobs.Secrets[variable]; name != "" {
				path = p.pathOf(name)
			}
			p.addSecret(&secretPlan{
				id: kafkaCredentialsID, path: path, variable: variable, generated: true, user: kafkaUser, when: ownCredentials,
				told: "Set this secret: ", doc: `What clients log in to Kafka brokers with, as JSON: {"username": …, "password": …}`,
			})
		}
	}
}

// pathOf is the path of a secret that the workflow has a name for: not that of the key, where jobs have one.
func (p consumers) pathOf(name string) string {
	if p.hasJobs() && name == callerKeyPath {
		return name + "-" + task.Hash(name)
	}
	return secretPath("", name)
}

// namedSecret is a secret that the workflow's files have a name for.
func (p consumers) namedSecret(name, doc string) *secretPlan {
	return &secretPlan{id: p.secretID(name), path: p.pathOf(name), doc: doc, variable: secret.Variable(name)}
}

// settingSecret is the name that the files have for the secret of a function's setting, "" for none.
func (p consumers) settingSecret(f *functionPlan, setting task.Setting) string {
	variable := f.row.Variable(setting)
	if variable == "" || !p.hasJobs() {
		return ""
	}
	return p.app.Workflow.Jobs.Secrets[variable]
}

// jobSecretsOf lists what one function reads of those.
func (p consumers) jobSecretsOf(f *functionPlan) []secretUse {
	if !p.hasJobs() {
		return nil
	}
	var found []secretUse
	for _, variable := range f.row.Variables {
		use := secretUse{variable: variable.Name}
		switch variable.Setting {
		case task.AdminPassword:
			if len(f.row.JobRoutes) == 0 { // settings have one list of variables
				continue
			}
			use.value, use.reason = cfn.Ref(adminPasswordID), "It checks what requests for the job API show."
			if name := p.app.Workflow.Jobs.Secrets[variable.Name]; name != "" {
				use.value = cfn.Ref(p.secretID(name))
			}
		case task.RegistryCredentials:
			name := p.app.Workflow.Jobs.Secrets[variable.Name]
			if name == "" || !f.row.BehindStream {
				continue
			}
			use.value, use.reason = cfn.Ref(p.secretID(name)), "It logs in to the schema registry."
		case task.BrokerCredentials, task.BrokerCertificate, task.BrokerAuthority:
			use.value, use.when = brokerSecret(variable.Setting)
			use.reason = brokerReason
		default:
			continue
		}
		found = append(found, use)
	}
	return found
}

const brokerReason = "Brokers are reached with it."

// brokerSecret is the ARN of a secret of brokers, and the condition under which there is one.
func brokerSecret(setting task.Setting) (value cfn.Value, when string) {
	switch setting {
	case task.BrokerCertificate:
		return cfn.Ref(certificateParameter), withCertificate
	case task.BrokerAuthority:
		return cfn.Ref(authorityParameter), withAuthority
	}
	return brokerCredentials(), withLogin
}
