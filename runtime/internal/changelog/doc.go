// Package changelog turns the changes of a store into records of its changelog topic, and
// the records back into a store. It is pure: what is read and written goes through the
// interfaces it declares. The records are those of Kafka Streams: key and value as in the
// store, without the timestamp in front of the value, which is the record's timestamp; an
// absent value deletes; a window store's key is key ++ window start int64 ++ sequence int32.
package changelog
