package operator

// Table is all operators; it is filled here because entries draw each other.
var Table []Operator

func init() {
	Table = []Operator{
		stream, globalTable, kvStore, windowStore,
		filter, present, mapValues, selectKey, mapPairs, flatMap, peek, merge, process,
		streams, split, branch, defaultBranch, repartition, toDynamic, flatMapValues, filterNot, processValues, timedStore,
		groupBy, groupByKey, tumbling, hopping, sessions, count, reduce, aggregate, toStream,
		joinGlobal, leftJoinGlobal, globalStore, ask,
		tableSource, toTable, tableFilter, tableMapValues, tableGroupBy, tableCount, tableReduce, tableAggregate,
		joinStream, leftJoinStream, outerJoinStream,
		joinTable, leftJoinTable, tableJoin, tableLeftJoin, tableOuter,
		to,
	}
}
