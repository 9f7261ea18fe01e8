package cfn

// Count is how many resources CloudFormation gets of a template: its own, and those that SAM's transform adds
// (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html).
func (t *Template) Count() int {
	n := 0
	for _, resource := range t.Resources {
		n += CountOf(resource)
	}
	return n
}

// CountOf is how many resources one of a template becomes.
func CountOf(resource Resource) int {
	switch body := resource.Body.(type) {
	case *Function:
		n := 1 + len(body.Events)
		if body.Alias != "" {
			n += 2 // a version and the alias
		}
		return n
	case *RestAPI:
		return 3 // a deployment and a stage
	}
	return 1
}
