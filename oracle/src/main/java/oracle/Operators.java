package oracle;

import static java.util.Map.entry;

import java.util.Map;
import oracle.op.*;

/** The operators by their names in the text form; one line each. */
final class Operators {
  private Operators() {}

  static final Map<String, Operator> TABLE = Map.ofEntries(
      entry("aggregate", new Aggregate()),
      entry("ask", new Ask()),
      entry("global-store", new GlobalStore()),
      entry("branch", new Branch()),
      entry("default", new Branch()),
      entry("filter-not", new FilterNot()),
      entry("flat-map-values", new FlatMapValues()),
      entry("process-values", new ProcessValues()),
      entry("repartition", new Repartition()),
      entry("split", new Split()),
      entry("streams", new Streams()),
      entry("timed-store", new TimedStore()),
      entry("to-dynamic", new ToDynamic()),
      entry("count", new Count()),
      entry("filter", new Filter()),
      entry("flat-map", new FlatMap()),
      entry("from-nothing", new FromNothing()),
      entry("global-table", new GlobalTable()),
      entry("group-by", new GroupBy()),
      entry("group-by-key", new GroupByKey()),
      entry("join-global", new JoinGlobal(false)),
      entry("hopping", new Hopping()),
      entry("kv-store", new KvStore()),
      entry("left-join-global", new JoinGlobal(true)),
      entry("map", new oracle.op.Map()),
      entry("map-values", new MapValues()),
      entry("mark", new Mark()),
      entry("merge", new Merge()),
      entry("peek", new Peek()),
      entry("present", new Present()),
      entry("process", new oracle.op.Process()),
      entry("reduce", new Reduce()),
      entry("select-key", new SelectKey()),
      entry("sessions", new Sessions()),
      entry("stored", new Stored()),
      entry("stream", new Stream()),
      entry("join-stream", new JoinStream()),
      entry("left-join-stream", new JoinStream()),
      entry("outer-join-stream", new JoinStream()),
      entry("join-table", new JoinTable(false)),
      entry("left-join-table", new JoinTable(true)),
      entry("table", new Table()),
      entry("table-aggregate", new TableFold()),
      entry("table-count", new TableFold()),
      entry("table-filter", new TableFilter()),
      entry("table-group-by", new TableGroupBy()),
      entry("table-join", new TableJoin()),
      entry("table-left-join", new TableJoin()),
      entry("table-map-values", new TableMapValues()),
      entry("table-outer-join", new TableJoin()),
      entry("table-reduce", new TableFold()),
      entry("to-table", new ToTable()),
      entry("through", new Through()),
      entry("to", new To()),
      entry("to-stream", new ToStream()),
      entry("tumbling", new Tumbling()),
      entry("window-join", new WindowJoin()),
      entry("window-store", new WindowStore()));
}
