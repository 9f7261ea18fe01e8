package sam

// CountOf is how many resources CloudFormation gets of an application, as this package counts.
func CountOf(app Application, options Options) int {
	return composer{newPlan(app, options)}.template().Count()
}
