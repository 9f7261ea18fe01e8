package apichap

import (
	"errors"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/schedule"
	"github.com/steploom/steploom/compiler/source"
)

// This file reads time triggers. Their cron expressions are those of the Spring framework.

func (r *reader) triggers(node *source.Node) []ir.Trigger {
	var list []ir.Trigger
	for _, item := range node.List("triggers") {
		fields := item.Map("a trigger")
		name, cron := fields.Need("name"), fields.Need("cron")
		fields.Done()
		if name == nil || cron == nil {
			continue
		}
		label, _ := name.Str()
		if expression, ok := cronExpression(cron); ok {
			list = append(list, &ir.Schedule{Name: label, Expression: expression, Range: item.Range})
		}
	}
	return list
}

// cronExpression returns EventBridge's expression for a scalar of Spring's; ok is false after an error, which has been reported.
func cronExpression(node *source.Node) (expression string, ok bool) {
	text, ok := node.Str()
	if !ok {
		return "", false
	}
	spring, err := schedule.ParseSpring(text)
	if err == nil {
		expression, err = spring.EventBridge()
	}
	var wrong *schedule.Error
	if errors.As(err, &wrong) {
		node.Report(report.Error(codeCron, node.At(wrong.Start, wrong.End), "%s", wrong.Reason).Fix("%s", wrong.Fix))
	}
	return expression, err == nil
}
