package cfn

// ManagedPolicy is AWS::IAM::ManagedPolicy of one role: what the role's own policy has no room for.
type ManagedPolicy struct {
	Role       string
	Statements []Statement
}

// Type is AWS::IAM::ManagedPolicy.
func (*ManagedPolicy) Type() string { return "AWS::IAM::ManagedPolicy" }

// Properties are the policy's properties.
func (m *ManagedPolicy) Properties() Map {
	return Map{{Key: "Roles", Value: List{Ref(m.Role)}}, {Key: "PolicyDocument", Value: Policy(m.Statements)}}
}

// Policy is the document of some statements.
func Policy(statements []Statement) Map {
	var list List
	for _, statement := range statements {
		list = append(list, statement.value())
	}
	return policy(list)
}
