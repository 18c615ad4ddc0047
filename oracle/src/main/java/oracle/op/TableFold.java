package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.TableFolds;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Reducer;

/** {@code t = table-count g …}, table-reduce and table-aggregate: with fn=F, which adds and subtracts. */
public final class TableFold implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    KGroupedTable g = b.in(l, 0);
    Materialized m = b.materialized(l);
    Named n = Build.named(l);
    if (l.op.equals("table-count")) return n == null ? g.count(m) : g.count(n, m);
    TableFolds.Fold f = TableFolds.of(l.get("fn"));
    if (l.op.equals("table-reduce")) {
      Reducer add = (old, v) -> f.add().apply(null, v, old);
      Reducer subtract = (old, v) -> f.subtract().apply(null, v, old);
      return n == null ? g.reduce(add, subtract, m) : g.reduce(add, subtract, n, m);
    }
    Initializer zero = f.zero()::get;
    Aggregator add = (k, v, old) -> f.add().apply(k, v, old);
    Aggregator subtract = (k, v, old) -> f.subtract().apply(k, v, old);
    return n == null ? g.aggregate(zero, add, subtract, m) : g.aggregate(zero, add, subtract, n, m);
  }
}
