package poll

import (
	"context"
	"errors"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// classOffsets gives an error of an offset commit its class. Reading member id and
// generation anew for each try makes ILLEGAL_GENERATION and REBALANCE_IN_PROGRESS safe
// to retry: the caller has checked that the member is still the one that was assigned
// the partitions, and the gate is closed, so they are still its own.
func classOffsets(err error) commit.Class {
	switch {
	case err == nil:
		return commit.OK
	case is(err, kerr.IllegalGeneration, kerr.RebalanceInProgress, kerr.CoordinatorNotAvailable, kerr.CoordinatorLoadInProgress,
		kerr.NotCoordinator, kerr.ConcurrentTransactions, kerr.RequestTimedOut, kerr.UnstableOffsetCommit,
		kerr.UnknownTopicOrPartition): // metadata of a new topic still travels between brokers
		return commit.Retry
	case is(err, kerr.FencedInstanceID): // two processes under one name
		return commit.Fault
	case is(err, kerr.UnknownMemberID, kerr.ProducerFenced, kerr.InvalidProducerEpoch,
		kerr.InvalidProducerIDMapping, kerr.StaleMemberEpoch):
		return commit.Restart
	}
	return classCommon(err)
}

// classProduce gives the first error of a produced record its class.
func classProduce(err error) commit.Class {
	switch {
	case err == nil:
		return commit.OK
	case is(err, kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.InvalidRecord, kerr.InvalidTimestamp,
		kerr.InvalidTopicException, kerr.PolicyViolation):
		return commit.Fault
	case is(err, kerr.ProducerFenced, kerr.InvalidProducerEpoch, kerr.InvalidProducerIDMapping, kerr.OutOfOrderSequenceNumber,
		kerr.TransactionCoordinatorFenced):
		return commit.Restart
	}
	return classCommon(err)
}

func classCommon(err error) commit.Class {
	var fe *fault.Error
	switch {
	case err == nil:
		return commit.OK
	case outage(err):
		return commit.Restart
	case errors.As(err, &fe), refused(err):
		return commit.Fault
	case errors.Is(err, kgo.ErrClientClosed), errors.Is(err, context.Canceled):
		return commit.Restart
	}
	return commit.Abort
}

// outage says whether a registry did not answer: it may, next time.
func outage(err error) bool {
	out := new(*wire.Outage)
	return errors.As(err, out) && !(*out).Lasting
}

// passing says whether a read that failed works again by itself: the client tries again, and
// says so in its log.
func passing(err error) bool { return kerr.IsRetriable(err) || is(err, kerr.UnknownServerError) }

// refused says whether the broker does not let this application do what it wants, which
// trying again does not change.
func refused(err error) bool {
	return is(err, kerr.TopicAuthorizationFailed, kerr.GroupAuthorizationFailed, kerr.ClusterAuthorizationFailed,
		kerr.TransactionalIDAuthorizationFailed, kerr.SaslAuthenticationFailed, kerr.InvalidTransactionTimeout, kerr.UnsupportedVersion)
}

func is(err error, targets ...*kerr.Error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}
