package schedule

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file refuses what EventBridge Scheduler cannot say, with the nearest that it can: expressions of the author's language.

// replaced is the expression with other texts in place of some of its parts, which stand in their order.
func (c *cron) replaced(with ...replacement) string {
	text, end := "", 0
	for _, one := range with {
		text += c.whole.text[end:one.part.start] + one.text
		end = one.part.start + len(one.part.text)
	}
	return text + c.whole.text[end:]
}

type replacement struct {
	part part
	text string
}

// working keeps the expressions that AWS can say, and has the nearest ones in place of the others.
func (c *cron) working(expressions ...string) []string {
	var list []string
	for _, text := range expressions {
		found := []string{text}
		schedule, err := c.parse(text)
		if err == nil {
			_, err = schedule.EventBridge()
		}
		if err != nil {
			wrong, _ := err.(*Error)
			found = wrong.Nearest
		}
		for _, one := range found {
			if !slices.Contains(list, one) {
				list = append(list, one)
			}
		}
	}
	return list
}

// instead completes a refusal with the expressions that come nearest. Several of them stand for one only together.
func (c *cron) instead(refused *Error, expressions ...string) *Error {
	refused.Nearest = c.working(expressions...)
	switch len(refused.Nearest) {
	case 0:
	case 1:
		refused.Fix = "the nearest that works is " + listed(refused.Nearest, "")
	default:
		refused.Fix = "the nearest that work are " + strconv.Itoa(len(refused.Nearest)) + " schedules, " + listed(refused.Nearest, "and")
	}
	return refused
}

// listed quotes texts, the last two joined by a word.
func listed(texts []string, word string) string {
	var quoted []string
	for _, text := range texts {
		quoted = append(quoted, strconv.Quote(text))
	}
	last := len(quoted) - 1
	if last < 1 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " " + word + " " + quoted[last]
}

// onTheMinute refuses seconds other than 0.
func (c *cron) onTheMinute() *Error {
	p := c.second.part
	refused := p.fail("write 0", "the second must be 0, not %s: schedules on AWS start on the minute", strconv.Quote(p.text))
	return c.instead(refused, c.replaced(replacement{p, "0"}))
}

// eitherDay refuses a crontab line that fires on days of the month and on weekdays besides.
func (c *cron) eitherDay() *Error {
	ofMonth, ofWeek := c.days.ofMonth.part, c.days.ofWeek.part
	refused := c.whole.fail(`write two schedules, one with the weekday "*" and one with the day "*"`,
		"the day of the month %s or the weekday %s starts it, and AWS schedules take only one of the two", ofMonth.text, ofWeek.text)
	return c.instead(refused, c.replaced(replacement{ofWeek, "*"}), c.replaced(replacement{ofMonth, "*"}))
}

// oneOfTheDays refuses a day of the month and a weekday that must both hold.
func (c *cron) oneOfTheDays() *Error {
	ofMonth, ofWeek := c.days.ofMonth.part, c.days.ofWeek.part
	refused := c.whole.fail("write the n-th weekday of the month as MON#2",
		"the day of the month %s and the weekday %s must both hold, and AWS schedules take only one of the two", ofMonth.text, ofWeek.text)
	refused.Nearest = c.working(c.replaced(replacement{ofWeek, "*"}), c.replaced(replacement{ofMonth, "*"}))
	if len(refused.Nearest) > 0 {
		refused.Fix += ", or " + listed(refused.Nearest, "or") + " and let the operation look at the date"
	}
	return refused
}

// mostPieces is how many pieces of a list a refusal names at most.
const mostPieces = 8

// pieces refuses a list with a rule in it.
func (c *cron) pieces(p part) *Error {
	var expressions []string
	items := p.items()
	if len(items) > mostPieces {
		items = nil
	}
	for _, item := range items {
		expressions = append(expressions, c.replaced(replacement{p, item.text}))
	}
	return c.instead(p.fail("write one schedule for each of them", "AWS schedules take %q only piece by piece: L, W and # stand alone there", p.text), expressions...)
}

// nearTheEnd refuses 28W to 31W, which give way to different days where the month ends.
func (c *cron) nearTheEnd(rule dayRule) *Error {
	near := "27W"
	if rule.number > 29 {
		near = "L"
	}
	refused := rule.part.fail("write a day up to 27W, or L", "%q means different days to AWS at the end of a month", rule.part.text)
	return c.instead(refused, c.replaced(replacement{c.days.ofMonth.part, near}))
}

// lastWorkday refuses LW.
func (c *cron) lastWorkday(rule dayRule) *Error {
	refused := rule.part.fail("write L for the last day of the month", "AWS schedules have no %q, the last working day of a month", rule.part.text)
	return c.instead(refused, c.replaced(replacement{c.days.ofMonth.part, "L"}))
}

// beforeTheLast refuses L-3 where the months differ in length. A schedule for the months of each length says the same, but for leap years.
func (c *cron) beforeTheLast(rule dayRule) *Error {
	var expressions []string
	for _, group := range c.monthsByLength() {
		if day := group.days - rule.number; day > 0 {
			expressions = append(expressions, c.replaced(replacement{c.days.ofMonth.part, strconv.Itoa(day)}, replacement{c.month.part, group.months}))
		}
	}
	refused := rule.part.fail("write L for the last day of the month", "AWS schedules have no %q, a day counted from the end of a month", rule.part.text)
	return c.instead(refused, expressions...)
}

// february is how many days it has in most years.
const february = 28

// monthGroup are the months of a schedule that are of one length.
type monthGroup struct {
	days   int
	months string
}

// monthsByLength are the months of a schedule, those of 31 days first.
func (c *cron) monthsByLength() []monthGroup {
	var groups []monthGroup
	for _, days := range []int{31, 30, february} {
		var months []string
		for _, month := range c.month.values() {
			if daysIn(2026, time.Month(month)) == days {
				months = append(months, strconv.Itoa(month))
			}
		}
		if len(months) > 0 {
			groups = append(groups, monthGroup{days, strings.Join(months, ",")})
		}
	}
	return groups
}
