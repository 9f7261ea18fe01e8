package sam

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
)

// This file says where Kafka brokers are and how clients show themselves: to mappings, which read the topics, and to functions, which ask for offsets and
// write what was put aside. Each stage chooses by parameters; what the workflow's files say is their default.

// The parameters about brokers.
const (
	brokersParameter     = "KafkaBootstrapServers"
	clusterParameter     = "MskClusterArn"
	protocolParameter    = "KafkaSecurityProtocol"
	mechanismParameter   = "KafkaSaslMechanism"
	credentialsParameter = "KafkaCredentialsArn"
	certificateParameter = "KafkaClientCertificateArn"
	authorityParameter   = "KafkaAuthorityArn"
)

// The conditions about brokers.
const (
	onMSK           = "WithMsk"
	withLogin       = "WithKafkaLogin"
	loginAtMSK      = "WithMskLogin"
	withCredentials = "WithKafkaCredentials" // those of the stage's choice, instead of the stack's own
	ownCredentials  = "WithOwnKafkaCredentials"
	byPlain         = "WithKafkaPlain"
	byScram256      = "WithKafkaScram256"
	withCertificate = "WithKafkaClientCertificate"
	withAuthority   = "WithKafkaAuthority"
	ownAuthority    = "WithOwnKafkaAuthority"
	withAccess      = "WithKafkaAccess"
	withInterfaces  = "WithKafkaInterfaces"
)

// How many subnets and security groups a mapping names, for each of which the template has a condition.
const (
	mostSubnets = 4
	mostGroups  = 3
)

// jobSetting is what the workflow's files say of a setting, "" for nothing.
func (p consumers) jobSetting(setting task.Setting) string {
	for _, f := range p.functions {
		if name := f.row.Variable(setting); name != "" && p.hasJobs() && p.app.Workflow.Jobs.Settings[name] != "" {
			return p.app.Workflow.Jobs.Settings[name]
		}
	}
	return ""
}

// namesSecret tells whether the workflow's files have a secret for a setting.
func (p consumers) namesSecret(setting task.Setting) bool {
	for _, f := range p.functions {
		if name := f.row.Variable(setting); name != "" && p.hasJobs() && p.app.Workflow.Jobs.Secrets[name] != "" {
			return true
		}
	}
	return false
}

const secretARN = "(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+)"

// brokerParameters declare the brokers. Where the files say nothing of them, each stage must.
func (p jobComposer) brokerParameters(t *cfn.Template) {
	brokers := cfn.Parameter{Name: brokersParameter, Group: groupKafka, Type: "CommaDelimitedList", Pattern: "[A-Za-z0-9.-]+:[0-9]{1,5}", Constraint: "must be addresses of brokers, host:port",
		Description: "Kafka brokers, host:port, at most ten; those of the MSK cluster where there is one"}
	if given := p.jobSetting(task.Brokers); given != "" {
		brokers.Default = cfn.Text(given)
	}
	t.Parameters = append(t.Parameters, brokers,
		cfn.Parameter{Name: clusterParameter, Group: groupKafka, Type: "String", Default: cfn.Text(""), Pattern: "(arn:[a-z-]+:kafka:[a-z0-9-]+:[0-9]{12}:cluster/.+)?",
			Constraint: "must be the ARN of an MSK cluster, or empty", Description: "MSK cluster that the topics are read of; empty for brokers of your own"},
		cfn.Parameter{Name: protocolParameter, Group: groupKafka, Type: "String", Default: cfn.Text(cmp.Or(p.jobSetting(task.BrokerProtocol), "PLAINTEXT")),
			Allowed: cfn.List{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}, Description: "How functions speak with the brokers"},
		cfn.Parameter{Name: mechanismParameter, Group: groupKafka, Type: "String", Default: cfn.Text(p.jobSetting(task.BrokerMechanism)),
			Allowed: cfn.List{cfn.Text(""), "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}, Description: "How clients log in to the brokers; empty for not at all. MSK takes SCRAM-SHA-512"},
		cfn.Parameter{Name: credentialsParameter, Group: groupKafka, Type: "String", Default: cfn.Text(""), Pattern: secretARN + "?", Constraint: "must be the ARN of a secret, or empty",
			Description: "Secret with what clients log in with, {\"username\": …, \"password\": …}; empty for one of the stack's own. MSK wants one that it is associated with, called AmazonMSK_…"},
		cfn.Parameter{Name: certificateParameter, Group: groupKafka, Type: "String", Default: cfn.Text(""), Pattern: secretARN + "?", Constraint: "must be the ARN of a secret, or empty",
			Description: "Secret with the certificate by which clients show themselves, {\"certificate\": …, \"privateKey\": …} in PEM; empty for none"},
		p.authority(),
	)
	t.Conditions = append(t.Conditions,
		given(onMSK, clusterParameter), given(withLogin, mechanismParameter), given(withCredentials, credentialsParameter),
		cfn.Condition{Name: ownCredentials, Test: cfn.All{cfn.Named(withLogin), cfn.Negate(cfn.Named(withCredentials))}},
		cfn.Condition{Name: loginAtMSK, Test: cfn.All{cfn.Named(onMSK), cfn.Named(withLogin)}},
		cfn.Condition{Name: byPlain, Test: cfn.Same(cfn.Ref(mechanismParameter), "PLAIN")},
		cfn.Condition{Name: byScram256, Test: cfn.Same(cfn.Ref(mechanismParameter), "SCRAM-SHA-256")},
		given(withCertificate, certificateParameter), given(withAuthority, authorityParameter),
	)
	p.accessConditions(t)
}

// authority is the parameter with who signs the brokers' certificates; where the files name a secret for it, each stage must give one.
func (p jobComposer) authority() cfn.Parameter {
	parameter := cfn.Parameter{Name: authorityParameter, Group: groupKafka, Type: "String", Pattern: secretARN, Constraint: "must be the ARN of a secret",
		Description: "Secret with the certificate of who signs those of the brokers, {\"certificate\": …} in PEM"}
	if !p.namesSecret(task.BrokerAuthority) {
		parameter.Default, parameter.Pattern = cfn.Text(""), secretARN+"?"
		parameter.Constraint += ", or empty"
		parameter.Description += "; empty where everybody knows it"
	}
	return parameter
}

// accessConditions tell which members the list has by which Lambda reaches brokers.
func (p jobComposer) accessConditions(t *cfn.Template) {
	own := cfn.Negate(cfn.Named(onMSK))
	for i := range mostSubnets {
		t.Conditions = append(t.Conditions, cfn.Condition{Name: subnetCondition(i), Test: cfn.All{own, cfn.Negate(cfn.Same(subnet(i), cfn.Text("")))}})
	}
	for i := range mostGroups {
		t.Conditions = append(t.Conditions, cfn.Condition{Name: groupCondition(i), Test: cfn.All{own, cfn.Negate(cfn.Same(group(i), cfn.Text("")))}})
	}
	t.Conditions = append(t.Conditions,
		cfn.Condition{Name: ownAuthority, Test: cfn.All{own, cfn.Named(withAuthority)}},
		cfn.Condition{Name: withAccess, Test: cfn.Or{subnetCondition(0), withLogin, withCertificate, ownAuthority}},
		cfn.Condition{Name: withInterfaces, Test: cfn.Or{inVPC, onMSK}},
	)
}

func subnetCondition(index int) string { return fmt.Sprintf("KafkaSubnet%d", index+1) }
func groupCondition(index int) string  { return fmt.Sprintf("KafkaSecurityGroup%d", index+1) }

// subnet and group are members of the parameters about the VPC, empty where there is none.
func subnet(index int) cfn.Value { return memberOf(subnetsParameter, index) }
func group(index int) cfn.Value  { return memberOf(groupsParameter, index) }

// memberOf is a member of a text parameter with commas, empty where there is none.
func memberOf(parameter string, index int) cfn.Value {
	padded := cfn.Sub("${" + parameter + "}" + strings.Repeat(",", mostSubnets))
	return cfn.Select{Index: index, Of: cfn.Split{Separator: ",", Of: padded}}
}

// reached is how Lambda reaches brokers and logs in to them (Lambda API, SourceAccessConfiguration).
func reached(kind cfn.Value, uri cfn.Value) cfn.Map {
	return cfn.Map{{Key: "Type", Value: kind}, {Key: "URI", Value: uri}}
}

// sourceAccess is the list of a mapping: absent members fall away, and so does an empty list.
func sourceAccess() cfn.Value {
	var members cfn.List
	for i := range mostSubnets {
		uri := cfn.Concat{"subnet:", subnet(i)}
		members = append(members, cfn.Choose(subnetCondition(i), reached("VPC_SUBNET", uri), cfn.NoValue))
	}
	for i := range mostGroups {
		uri := cfn.Concat{"security_group:", group(i)}
		members = append(members, cfn.Choose(groupCondition(i), reached("VPC_SECURITY_GROUP", uri), cfn.NoValue))
	}
	login := cfn.Choose(byPlain, "BASIC_AUTH", cfn.Choose(byScram256, "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH"))
	members = append(members,
		cfn.Choose(withLogin, reached(login, brokerCredentials()), cfn.NoValue),
		cfn.Choose(withCertificate, reached("CLIENT_CERTIFICATE_TLS_AUTH", cfn.Ref(certificateParameter)), cfn.NoValue),
		cfn.Choose(ownAuthority, reached("SERVER_ROOT_CA_CERTIFICATE", cfn.Ref(authorityParameter)), cfn.NoValue),
	)
	return cfn.Choose(withAccess, members, cfn.NoValue)
}

// brokerCredentials is the secret with what clients log in with, under withLogin.
func brokerCredentials() cfn.Value {
	return cfn.Choose(withCredentials, cfn.Ref(credentialsParameter), cfn.Ref(kafkaCredentialsID))
}
