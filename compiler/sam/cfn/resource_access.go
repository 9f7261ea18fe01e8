package cfn

// Role is AWS::IAM::Role with one inline policy.
type Role struct {
	// Service may assume the role: "lambda.amazonaws.com".
	Service string
	// Trust are further conditions under which it may.
	Trust      Map
	Statements []Statement
	Boundary   Value // ARN of a policy beyond which the role may do nothing
}

// Statement is one permission of a role.
type Statement struct {
	Comment   string
	Actions   []string
	Resources List
	Condition Map
	// When names the template condition without which the statement is left out, "" for always.
	When string
}

// Type is AWS::IAM::Role.
func (*Role) Type() string { return "AWS::IAM::Role" }

// Properties are the role's properties.
func (r *Role) Properties() Map {
	trust := Map{{Key: "Effect", Value: "Allow"}, {Key: "Principal", Value: Map{{Key: "Service", Value: r.Service}}}, {Key: "Action", Value: "sts:AssumeRole"}}
	trust = trust.With("Condition", r.Trust)
	return Map{{Key: "AssumeRolePolicyDocument", Value: policy(List{trust})}}.
		With("PermissionsBoundary", r.Boundary).
		With("Policies", List{Map{{Key: "PolicyName", Value: "what-it-uses"}, {Key: "PolicyDocument", Value: Policy(r.Statements)}}})
}

func (s Statement) value() Value {
	fields := Map{{Key: "Effect", Value: "Allow"}}.With("Action", ListOf(s.Actions)).With("Resource", s.Resources).With("Condition", s.Condition)
	if s.When == "" {
		return Noted{Comment: s.Comment, Value: fields}
	}
	return Noted{Comment: s.Comment, Value: If{s.When, fields, NoValue}}
}

func policy(statements List) Map {
	return Map{{Key: "Version", Value: Text("2012-10-17")}, {Key: "Statement", Value: statements}}
}

// Secret is AWS::SecretsManager::Secret without a value, or with one of 64 random characters.
type Secret struct {
	Name        Value
	Description string
	Generated   bool
	// User makes the value {"username": User, "password": …} where it is generated.
	User string
	Key  Value // of KMS
}

// Type is AWS::SecretsManager::Secret.
func (*Secret) Type() string { return "AWS::SecretsManager::Secret" }

// Properties are the secret's properties; there is no value among them.
func (s *Secret) Properties() Map {
	properties := Map{}.With("Name", s.Name).With("Description", s.Description).With("KmsKeyId", s.Key)
	if !s.Generated {
		return properties
	}
	generated := Map{{Key: "PasswordLength", Value: 64}, {Key: "ExcludePunctuation", Value: true}}
	if s.User != "" {
		generated = append(generated, Entry{Key: "SecretStringTemplate", Value: `{"username": "` + s.User + `"}`}, Entry{Key: "GenerateStringKey", Value: "password"})
	}
	return properties.With("GenerateSecretString", generated)
}

// BucketPolicy is AWS::S3::BucketPolicy that refuses plain HTTP.
type BucketPolicy struct{ Bucket string }

// Type is AWS::S3::BucketPolicy.
func (*BucketPolicy) Type() string { return "AWS::S3::BucketPolicy" }

// Properties are the policy's properties.
func (p *BucketPolicy) Properties() Map {
	deny := Map{
		{Key: "Effect", Value: "Deny"}, {Key: "Principal", Value: "*"}, {Key: "Action", Value: "s3:*"},
		{Key: "Resource", Value: List{GetAtt{p.Bucket, "Arn"}, Sub("${" + p.Bucket + ".Arn}/*")}},
		{Key: "Condition", Value: Map{{Key: "Bool", Value: Map{{Key: "aws:SecureTransport", Value: false}}}}},
	}
	return Map{{Key: "Bucket", Value: Ref(p.Bucket)}, {Key: "PolicyDocument", Value: policy(List{deny})}}
}
