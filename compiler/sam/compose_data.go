package sam

import "fmt"

// composeData adds the addresses of datasources, the secrets, the bucket for large payloads and the network.
func (p *plan) composeData(t *Template) {
	p.datasourceParameters(t)
	p.networkParameters(t)
	for _, s := range p.secrets {
		t.Resources = append(t.Resources, Resource{
			Name: s.id, Comment: "Created empty; docs/deploy.md says how to set it.",
			Body: &Secret{Name: Sub("${AWS::StackName}/" + s.path), Description: s.doc},
		})
		t.Outputs = append(t.Outputs, Output{Name: s.id + "Arn", Description: "Set this secret: " + s.doc, Value: Ref(s.id)})
	}
	if p.blobs {
		p.bucket(t)
	}
}

func (p *plan) datasourceParameters(t *Template) {
	given := map[string]bool{}
	for _, f := range p.functions {
		for _, need := range f.datasources {
			connection := p.connection(need.name)
			if connection == nil || given[need.name] {
				continue
			}
			given[need.name] = true
			t.Parameters = append(t.Parameters, Parameter{
				Name: datasourceParameter(need.name), Group: groupData, Type: "String", Default: Text(connection.URL),
				Description: fmt.Sprintf("Address of datasource %s, without user and password", need.name),
			})
		}
	}
}

func (p *plan) networkParameters(t *Template) {
	for _, f := range p.functions {
		if !p.reaches(f) {
			continue
		}
		t.Parameters = append(t.Parameters,
			Parameter{Name: "VpcSubnetIds", Group: groupNetwork, Type: "CommaDelimitedList", Default: Text(""),
				Description: "Subnets of the VPC in which the databases are; empty when they are reached without one. In a VPC, AWS services are reached through endpoints or a NAT gateway"},
			Parameter{Name: "VpcSecurityGroupIds", Group: groupNetwork, Type: "CommaDelimitedList", Default: Text(""),
				Description: "Security groups of the functions that open connections to databases"},
		)
		t.Conditions = append(t.Conditions, Condition{inVPC, Not{Equals{joined("VpcSubnetIds"), Text("")}}})
		return
	}
}

// joined is a list parameter as one text, which can be compared.
func joined(parameter string) Value { return Join{Separator: "", Of: Ref(parameter)} }

func (p *plan) bucket(t *Template) {
	t.Parameters = append(t.Parameters, Parameter{
		Name: "PayloadExpiryDays", Group: groupData, Type: "Number", Default: 1, Min: 1, Max: 365,
		Description: "After how many days stored payloads and uploads are deleted",
	})
	t.Resources = append(t.Resources,
		Resource{Name: bucketID, Comment: "Uploads and results that are too large for a state.", Body: &Bucket{ExpiryDays: Ref("PayloadExpiryDays")}},
		Resource{Name: bucketID + "Policy", Body: &BucketPolicy{Bucket: bucketID}},
	)
	t.Outputs = append(t.Outputs, Output{Name: bucketID + "Bucket", Description: "Bucket of large payloads", Value: Ref(bucketID)})
}
