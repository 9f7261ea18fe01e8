package sam

import (
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// lengths tells how long texts of a template can become when it is deployed: wherever that is, in the stack with the longest name.
type lengths struct {
	// texts are the longest values of references: "X" for Ref, "X.Arn" for GetAtt.
	texts map[string]string
}

// The longest values of pseudo parameters.
var (
	anyStack   = strings.Repeat("s", stackNameLimit)
	anyRegion  = "us-isob-west-1"
	anyAccount = "123456789012"
)

// anyPartition is the longest partition.
const anyPartition = "aws-us-gov"

// anyVersion ends the ARN of a version of a function or a state machine.
const anyVersion = ":1000000"

// unknownLength is assumed of a reference to what this package did not name: an ARN that a parameter holds.
const unknownLength = 256

func arnOf(service, resource string) string {
	return strings.Join([]string{"arn", anyPartition, service, anyRegion, anyAccount, resource}, ":")
}

func (p *plan) lengths() lengths {
	own := anyStack + nameSeparator
	texts := map[string]string{
		"AWS::Partition": anyPartition, "AWS::Region": anyRegion, "AWS::AccountId": anyAccount, "AWS::StackName": anyStack, "AWS::URLSuffix": "amazonaws.com.cn",
		bucketID + ".Arn": "arn:" + anyPartition + ":s3:::" + strings.Repeat("b", 63), bucketID: strings.Repeat("b", 63),
		undelivered + ".Arn": arnOf("sqs", strings.Repeat("q", 80)), apiID: "0123456789",
	}
	for _, f := range p.functions {
		texts[f.resource()] = own + f.row.Name
		texts[f.resource()+".Arn"] = arnOf("lambda", "function:"+own+f.row.Name)
		texts[f.resource()+".Version"] = texts[f.resource()+".Arn"] + anyVersion
		texts[f.id+"Logs.Arn"] = arnOf("logs", "log-group:/aws/lambda/"+own+f.row.Name+":*")
	}
	for _, m := range p.machines {
		texts[m.id] = arnOf("states", "stateMachine:"+own+m.Name)
		texts[m.version()] = texts[m.id] + anyVersion
		texts[m.id+".Name"] = own + m.Name
	}
	for _, s := range p.secrets {
		texts[s.id] = arnOf("secretsmanager", "secret:"+anyStack+"/"+s.path+"-abcdef")
	}
	consumersOf(p).jobLengths(texts)
	return lengths{texts}
}

// jobLengths are what the parameters and tables of jobs can be.
func (p consumers) jobLengths(texts map[string]string) {
	if !p.hasJobs() {
		return
	}
	for name, length := range map[string]int{
		protocolParameter: len("SASL_PLAINTEXT"), mechanismParameter: len("SCRAM-SHA-512"), batchParameter: len("10000"), windowParameter: len("300"), pollersParameter: len("2000"),
		subnetsParameter: mostSubnets * len("subnet-0123456789abcdef0,"), groupsParameter: mostGroups * len("sg-0123456789abcdef0,"),
	} {
		texts[name] = strings.Repeat("x", length)
	}
	for _, table := range p.tables() {
		texts[tableID(table.Name)] = anyStack + "-" + tableID(table.Name) + "-ABCDEFGHIJKLM"
		texts[tableID(table.Name)+".Arn"] = arnOf("dynamodb", "table/"+texts[tableID(table.Name)])
	}
}

// of is how long the policy of some statements can be, as IAM counts: all characters but white space.
func (l lengths) of(statements []cfn.Statement) int {
	text, err := jsonata.Encode(cfn.Data(l.longest(cfn.Policy(statements))))
	if err != nil {
		panic(err) // made of texts
	}
	return len(text)
}

// longest is a value with the longest text in place of each intrinsic function.
func (l lengths) longest(value cfn.Value) cfn.Value {
	switch value := value.(type) {
	case cfn.Map:
		longest := cfn.Map{}
		for _, entry := range value {
			longest = append(longest, cfn.Entry{Key: entry.Key, Value: l.longest(entry.Value)})
		}
		return longest
	case cfn.List:
		longest := make(cfn.List, len(value))
		for i, item := range value {
			longest[i] = l.longest(item)
		}
		return longest
	case cfn.Noted:
		return l.longest(value.Value)
	case cfn.If:
		return l.longest(value.Then)
	case cfn.Ref:
		return l.text(string(value))
	case cfn.GetAtt:
		return l.text(value.Resource + "." + value.Attribute)
	case cfn.Sub:
		return reference.ReplaceAllStringFunc(string(value), func(found string) string { return l.text(found[2 : len(found)-1]) })
	case cfn.Join:
		return strings.Repeat("j", unknownLength)
	}
	return value
}

var reference = regexp.MustCompile(`\$\{[^!}][^}]*\}`)

func (l lengths) text(name string) string {
	if text, ok := l.texts[name]; ok {
		return text
	}
	return strings.Repeat("x", unknownLength)
}
