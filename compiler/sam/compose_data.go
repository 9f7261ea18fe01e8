package sam

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/compiler/sam/cfn"
)

// composeData adds the addresses of datasources, the secrets, the bucket for large payloads and the network.
func (p composer) composeData(t *cfn.Template) {
	p.datasourceParameters(t)
	p.networkParameters(t)
	for _, s := range p.secrets {
		if s.generated {
			t.Resources = append(t.Resources, cfn.Resource{
				Name: s.id, Comment: "Its value is made by random when the stack is created.", Condition: s.when,
				Body: &cfn.Secret{Name: cfn.Sub("${AWS::StackName}/" + s.path), Description: s.doc, Generated: true, User: s.user},
			})
			if s.told != "" {
				t.Outputs = append(t.Outputs, cfn.Output{Name: s.id + "Arn", Description: s.told + s.doc, Value: cfn.Ref(s.id), Condition: s.when})
			}
			continue
		}
		t.Resources = append(t.Resources, cfn.Resource{
			Name: s.id, Comment: "Created empty; docs/deploy.md says how to set it.",
			Body: &cfn.Secret{Name: cfn.Sub("${AWS::StackName}/" + s.path), Description: s.doc},
		})
		t.Outputs = append(t.Outputs, cfn.Output{Name: s.id + "Arn", Description: "Set this secret: " + s.doc, Value: cfn.Ref(s.id)})
	}
	if p.blobs {
		p.bucket(t)
	}
}

func (p composer) datasourceParameters(t *cfn.Template) {
	given := map[string]bool{}
	for _, f := range p.functions {
		for _, need := range f.datasources {
			connection := p.connection(need.name)
			if connection == nil || given[need.name] {
				continue
			}
			given[need.name] = true
			t.Parameters = append(t.Parameters, cfn.Parameter{
				Name: p.datasourceParameter(need.name), Group: groupData, Type: "String", Default: cfn.Text(connection.URL),
				Description: fmt.Sprintf("Address of datasource %s, without user and password", need.name),
			})
		}
	}
}

func (p composer) networkParameters(t *cfn.Template) {
	if len(p.functions) == 0 {
		return
	}
	if consumersOf(p.plan).hasJobs() {
		jobsOf(p.plan).jobNetworkParameters(t)
	} else {
		t.Parameters = append(t.Parameters,
			cfn.Parameter{Name: subnetsParameter, Group: groupNetwork, Type: "CommaDelimitedList", Default: cfn.Text(""),
				Description: "Subnets of the VPC in which the databases are; empty when they are reached without one. In a VPC, AWS services are reached through endpoints or a NAT gateway"},
			cfn.Parameter{Name: groupsParameter, Group: groupNetwork, Type: "CommaDelimitedList", Default: cfn.Text(""),
				Description: "Security groups of the functions in the VPC"},
		)
		t.Conditions = append(t.Conditions, cfn.Condition{Name: inVPC, Test: cfn.Negate(cfn.Same(joined(subnetsParameter), cfn.Text("")))})
	}
	if !slices.ContainsFunc(p.functions, func(f *functionPlan) bool { return !f.reaches() }) {
		return
	}
	t.Parameters = append(t.Parameters,
		yesOrNo("VpcAllFunctions", groupNetwork, "false", "Whether the functions that open no connections to databases join the VPC, too"))
	t.Conditions = append(t.Conditions, isYes("VpcForAll", "VpcAllFunctions"), cfn.Condition{Name: allInVPC, Test: cfn.And{inVPC, "VpcForAll"}})
}

// jobNetworkParameters are those of functions and mappings alike. They are texts, so that no more can be given than a mapping names.
func (p jobComposer) jobNetworkParameters(t *cfn.Template) {
	several := func(name, prefix string, most int, description string) {
		one := prefix + "-[0-9a-f]+"
		t.Parameters = append(t.Parameters, cfn.Parameter{Name: name, Group: groupNetwork, Type: "String", Default: cfn.Text(""), Description: description,
			Pattern: fmt.Sprintf("(%s(,%s){0,%d})?", one, one, most-1), Constraint: fmt.Sprintf("must be at most %d ids with commas between them, or empty", most)})
	}
	several(subnetsParameter, "subnet", mostSubnets,
		"Subnets of the VPC in which Kafka brokers and databases are; empty when they are reached without one. In a VPC, AWS services are reached through endpoints or a NAT gateway")
	several(groupsParameter, "sg", mostGroups, "Security groups of the functions in the VPC, and of what reads topics there")
	t.Conditions = append(t.Conditions, cfn.Condition{Name: inVPC, Test: cfn.Negate(cfn.Same(cfn.Concat{cfn.Ref(subnetsParameter)}, cfn.Text("")))})
}

// The parameters about the VPC.
const (
	subnetsParameter = "VpcSubnetIds"
	groupsParameter  = "VpcSecurityGroupIds"
)

// joined is a list parameter as one text, which can be compared.
func joined(parameter string) cfn.Value { return cfn.Join{Separator: "", Of: cfn.Ref(parameter)} }

func (p composer) bucket(t *cfn.Template) {
	t.Parameters = append(t.Parameters, cfn.Parameter{
		Name: "PayloadExpiryDays", Group: groupData, Type: "Number", Default: 1, Min: 1, Max: 365,
		Description: "After how many days stored payloads and uploads are deleted",
	})
	t.Resources = append(t.Resources,
		cfn.Resource{Name: bucketID, Comment: "Uploads and results that are too large for a state.", Body: &cfn.Bucket{ExpiryDays: cfn.Ref("PayloadExpiryDays")}},
		cfn.Resource{Name: bucketID + "Policy", Body: &cfn.BucketPolicy{Bucket: bucketID}},
	)
	t.Outputs = append(t.Outputs, cfn.Output{Name: bucketID + "Bucket", Description: "Bucket of large payloads", Value: cfn.Ref(bucketID)})
}
