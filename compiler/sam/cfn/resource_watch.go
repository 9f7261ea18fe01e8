package cfn

import "strconv"

// SeriesLimit is how many metrics an alarm may add up (CloudWatch, "Alarms and metric math").
const SeriesLimit = 10

// Series is one metric of one resource, taken over a period by a statistic such as Sum or Maximum.
type Series struct {
	Namespace    Value
	Metric, Stat string
	Dimensions   Map
}

// Alarm is AWS::CloudWatch::Alarm over the sum of at most SeriesLimit series.
type Alarm struct {
	Description   string
	Series        []Series
	PeriodSeconds Value
	Threshold     Value
	Lasting       int  // how many quiet periods in a row end it; 0 is one
	Actions       List // whom to tell when it begins and when it is over
}

// Type is AWS::CloudWatch::Alarm.
func (*Alarm) Type() string { return "AWS::CloudWatch::Alarm" }

// Properties are the alarm's properties.
func (a *Alarm) Properties() Map {
	evaluated := append(Map{{Key: "AlarmDescription", Value: a.Description}}, a.metrics()...)
	if a.Lasting > 1 {
		evaluated = evaluated.With("EvaluationPeriods", a.Lasting).With("DatapointsToAlarm", 1)
	} else {
		evaluated = evaluated.With("EvaluationPeriods", 1)
	}
	return evaluated.
		With("Threshold", a.Threshold).
		With("ComparisonOperator", "GreaterThanOrEqualToThreshold").
		With("TreatMissingData", "notBreaching").
		With("AlarmActions", a.Actions).
		With("OKActions", a.Actions)
}

// metrics is what the alarm looks at: one metric, or an expression over several.
func (a *Alarm) metrics() Map {
	if len(a.Series) == 1 {
		one := a.Series[0]
		return Map{{Key: "Namespace", Value: one.Namespace}, {Key: "MetricName", Value: one.Metric}}.
			With("Dimensions", one.dimensions()).With("Statistic", one.Stat).With("Period", a.PeriodSeconds)
	}
	queries := List{Map{
		{Key: "Id", Value: "total"}, {Key: "Expression", Value: "SUM(METRICS())"}, {Key: "Label", Value: "sum"}, {Key: "ReturnData", Value: true},
	}}
	for i, series := range a.Series {
		metric := Map{{Key: "Namespace", Value: series.Namespace}, {Key: "MetricName", Value: series.Metric}, {Key: "Dimensions", Value: series.dimensions()}}
		stat := Map{{Key: "Metric", Value: metric}, {Key: "Period", Value: a.PeriodSeconds}, {Key: "Stat", Value: series.Stat}}
		queries = append(queries, Map{{Key: "Id", Value: "m" + strconv.Itoa(i+1)}, {Key: "MetricStat", Value: stat}, {Key: "ReturnData", Value: false}})
	}
	return Map{{Key: "Metrics", Value: queries}}
}

func (s Series) dimensions() List {
	var list List
	for _, dimension := range s.Dimensions {
		list = append(list, Map{{Key: "Name", Value: dimension.Key}, {Key: "Value", Value: dimension.Value}})
	}
	return list
}

// Topic is AWS::SNS::Topic with one subscriber by e-mail.
type Topic struct{ Email, Key Value }

// Type is AWS::SNS::Topic.
func (*Topic) Type() string { return "AWS::SNS::Topic" }

// Properties are the topic's properties.
func (t *Topic) Properties() Map {
	return Map{}.With("KmsMasterKeyId", t.Key).With("Subscription", List{Map{{Key: "Protocol", Value: "email"}, {Key: "Endpoint", Value: t.Email}}})
}

// TopicPolicy is AWS::SNS::TopicPolicy that lets services of this account publish.
type TopicPolicy struct {
	Topic    string
	Services []string
}

// Type is AWS::SNS::TopicPolicy.
func (*TopicPolicy) Type() string { return "AWS::SNS::TopicPolicy" }

// Properties are the policy's properties.
func (p *TopicPolicy) Properties() Map {
	allow := Map{
		{Key: "Effect", Value: "Allow"}, {Key: "Principal", Value: Map{{Key: "Service", Value: ListOf(p.Services)}}},
		{Key: "Action", Value: "sns:Publish"}, {Key: "Resource", Value: Ref(p.Topic)},
		{Key: "Condition", Value: Map{{Key: "StringEquals", Value: Map{{Key: "aws:SourceAccount", Value: Ref("AWS::AccountId")}}}}},
	}
	return Map{{Key: "Topics", Value: List{Ref(p.Topic)}}, {Key: "PolicyDocument", Value: policy(List{allow})}}
}

// Dashboard is AWS::CloudWatch::Dashboard. Body is its JSON, in which ${Name} is replaced as in Sub.
type Dashboard struct {
	Name Value
	Body string
}

// Type is AWS::CloudWatch::Dashboard.
func (*Dashboard) Type() string { return "AWS::CloudWatch::Dashboard" }

// Properties are the dashboard's properties.
func (d *Dashboard) Properties() Map {
	return Map{{Key: "DashboardName", Value: d.Name}, {Key: "DashboardBody", Value: Sub(d.Body)}}
}
