package cfn

// LogGroup is AWS::Logs::LogGroup.
type LogGroup struct {
	Name, RetentionDays Value
	Key                 Value // of KMS
}

// Type is AWS::Logs::LogGroup.
func (*LogGroup) Type() string { return "AWS::Logs::LogGroup" }

// Properties are the log group's properties.
func (l *LogGroup) Properties() Map {
	return Map{}.With("LogGroupName", l.Name).With("RetentionInDays", l.RetentionDays).With("KmsKeyId", l.Key)
}

// Queue is AWS::SQS::Queue for what could not be delivered.
type Queue struct {
	RetentionSeconds int
	// Key is the key of KMS; where there is none, the queue encrypts by a key of its own.
	Key, OwnKey Value
}

// Type is AWS::SQS::Queue.
func (*Queue) Type() string { return "AWS::SQS::Queue" }

// Properties are the queue's properties.
func (q *Queue) Properties() Map {
	return Map{}.With("MessageRetentionPeriod", q.RetentionSeconds).With("KmsMasterKeyId", q.Key).With("SqsManagedSseEnabled", q.OwnKey)
}

// QueuePolicy is AWS::SQS::QueuePolicy that lets a rule of EventBridge send to a queue.
type QueuePolicy struct {
	Queue string
	Rules []string
}

// Type is AWS::SQS::QueuePolicy.
func (*QueuePolicy) Type() string { return "AWS::SQS::QueuePolicy" }

// Properties are the policy's properties.
func (q *QueuePolicy) Properties() Map {
	var sources List
	for _, rule := range q.Rules {
		sources = append(sources, GetAtt{rule, "Arn"})
	}
	allow := Map{
		{Key: "Effect", Value: "Allow"}, {Key: "Principal", Value: Map{{Key: "Service", Value: "events.amazonaws.com"}}},
		{Key: "Action", Value: "sqs:SendMessage"}, {Key: "Resource", Value: GetAtt{q.Queue, "Arn"}},
		{Key: "Condition", Value: Map{{Key: "ArnEquals", Value: Map{{Key: "aws:SourceArn", Value: sources}}}}},
	}
	return Map{{Key: "Queues", Value: List{Ref(q.Queue)}}, {Key: "PolicyDocument", Value: policy(List{allow})}}
}

// Bucket is AWS::S3::Bucket: private, encrypted, its objects expire.
type Bucket struct {
	ExpiryDays Value
	// Algorithm is AES256, or aws:kms with a Key.
	Algorithm, Key Value
}

// Type is AWS::S3::Bucket.
func (*Bucket) Type() string { return "AWS::S3::Bucket" }

// Properties are the bucket's properties.
func (b *Bucket) Properties() Map {
	expire := Map{
		{Key: "Id", Value: "expire"}, {Key: "Status", Value: "Enabled"}, {Key: "ExpirationInDays", Value: b.ExpiryDays},
		{Key: "AbortIncompleteMultipartUpload", Value: Map{{Key: "DaysAfterInitiation", Value: 1}}},
	}
	encryption := Map{}.
		With("BucketKeyEnabled", true). // one request to KMS for many objects
		With("ServerSideEncryptionByDefault", Map{}.With("SSEAlgorithm", b.Algorithm).With("KMSMasterKeyID", b.Key))
	return Map{
		{Key: "BucketEncryption", Value: Map{{Key: "ServerSideEncryptionConfiguration", Value: List{encryption}}}},
		{Key: "LifecycleConfiguration", Value: Map{{Key: "Rules", Value: List{expire}}}},
		{Key: "OwnershipControls", Value: Map{{Key: "Rules", Value: List{Map{{Key: "ObjectOwnership", Value: "BucketOwnerEnforced"}}}}}},
		{Key: "PublicAccessBlockConfiguration", Value: Map{
			{Key: "BlockPublicAcls", Value: true}, {Key: "BlockPublicPolicy", Value: true},
			{Key: "IgnorePublicAcls", Value: true}, {Key: "RestrictPublicBuckets", Value: true},
		}},
	}
}

// Rule is AWS::Events::Rule that hands each matching event to its targets, or one event at each time of a schedule.
type Rule struct {
	Description string
	Pattern     Value
	Schedule    string // an expression such as rate(5 minutes), "" for none
	Targets     List
}

// Type is AWS::Events::Rule.
func (*Rule) Type() string { return "AWS::Events::Rule" }

// Properties are the rule's properties.
func (r *Rule) Properties() Map {
	return Map{}.With("Description", r.Description).With("EventPattern", r.Pattern).With("ScheduleExpression", r.Schedule).With("Targets", r.Targets)
}
