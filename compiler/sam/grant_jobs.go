package sam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
)

// jobGrants turns a row's permission on what jobs have into grants; ok tells whether it is one.
func (p granter) jobGrants(f *functionPlan, permission task.Permission) (grants []Grant, ok bool) {
	name, isTable := strings.CutPrefix(permission.Resource, "table ")
	if !isTable && permission.Resource != "stream" && permission.Resource != "mappings" {
		return nil, false
	}
	if consumersOf(p.plan).behindStream() == nil {
		return nil, true
	}
	grant := Grant{Role: f.role(), Actions: []string{permission.Action}}
	switch {
	case isTable:
		grant.Resources, grant.Reason = p.tableResources(name, permission.Action), fmt.Sprintf("It works with the table %s: %s.", name, permission.When)
	case permission.Resource == "stream":
		grant.Resources, grant.Reason = cfn.List{consumersOf(p.plan).streamARN("")}, "It gives each job an alias of the function that records come to."
	default:
		p.mappings(&grant, permission.Action)
	}
	return []Grant{grant}, true
}

// tableResources are a table, and its indexes where the action is one that reads them. Only indexes are read from end to end.
func (p granter) tableResources(name, action string) cfn.List {
	table, indexes := cfn.ARN(tableID(name)), cfn.Sub("${"+tableID(name)+".Arn}/index/*")
	indexed := slices.ContainsFunc(consumersOf(p.plan).tables(), func(t task.Table) bool { return t.Name == name && len(t.Indexes) > 0 })
	switch {
	case indexed && action == "dynamodb:Scan":
		return cfn.List{indexes}
	case indexed && action == "dynamodb:Query":
		return cfn.List{table, indexes}
	}
	return cfn.List{table}
}

// mappings completes a grant on the event source mappings of the function behind streams. Which mapping it is about is known by its function: one that is
// to be made has no ARN, and neither reading nor listing knows mappings by theirs (Service Authorization Reference, "AWS Lambda").
func (p granter) mappings(grant *Grant, action string) {
	ofStream := cfn.Map{{Key: "ArnLike", Value: cfn.Map{{Key: "lambda:FunctionArn", Value: cfn.List{consumersOf(p.plan).streamARN(""), consumersOf(p.plan).streamARN(":*")}}}}}
	switch action {
	case "lambda:ListEventSourceMappings":
		grant.Resources, grant.Reason = cfn.List{"*"}, "It finds the mappings of jobs; listing knows no ARN."
	case "lambda:CreateEventSourceMapping", "lambda:GetEventSourceMapping":
		grant.Resources, grant.Condition = cfn.List{"*"}, ofStream
		grant.Reason = "It reads topics for jobs, by the function that records come to alone; the mappings have no ARN yet."
	default:
		grant.Resources, grant.Condition = cfn.List{cfn.Sub("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:event-source-mapping:*")}, ofStream
		grant.Reason = "It starts, stops and ends the mappings of the function that records come to."
	}
}

// mappingGrants are what Lambda does in the name of the function behind streams, to read topics for it (Lambda developer guide, "Configuring Lambda
// permissions for self-managed Kafka" and "for Amazon MSK").
func (p granter) mappingGrants(f *functionPlan) []Grant {
	if !f.row.BehindStream {
		return nil
	}
	grants := []Grant{
		{Role: f.role(), When: onMSK, Actions: []string{"kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"}, Resources: cfn.List{cfn.Ref(clusterParameter)},
			Reason: "Lambda reads the topics of the MSK cluster for it."},
		{Role: f.role(), When: loginAtMSK, Actions: []string{"kafka:ListScramSecrets"}, Resources: cfn.List{cfn.Ref(clusterParameter)},
			Reason: "Lambda finds the secret that it logs in to the MSK cluster with."},
		{Role: f.role(), When: withInterfaces, Resources: cfn.List{"*"}, Reason: "Lambda reads topics in the VPC of the brokers by interfaces, which do not exist yet and have no ARN.",
			Actions: []string{"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs", "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"}},
		{Role: f.role(), When: withDestination, Actions: []string{"sqs:SendMessage", "sns:Publish", "s3:PutObject", "s3:ListBucket"},
			Resources: cfn.List{cfn.Ref(destinationParameter), cfn.Sub("${" + destinationParameter + "}/*")}, Reason: "Lambda tells of batches that are given up; what of this has a meaning, the ARN decides."},
	}
	for _, setting := range []task.Setting{task.BrokerCredentials, task.BrokerCertificate, task.BrokerAuthority} {
		value, when := brokerSecret(setting)
		grants = append(grants, Grant{Role: f.role(), When: when, Actions: []string{"secretsmanager:GetSecretValue"}, Resources: cfn.List{value}, Reason: brokerReason})
	}
	return grants
}
