package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Joiners;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.ValueJoiner;

/** {@code t = table-join t1 t2 join=J [name=N] [store=S] [emit=every]}, table-left-join and table-outer-join. */
public final class TableJoin implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    KTable t = b.in(l, 0), u = b.in(l, 1);
    Fn.Joiner f = Joiners.of(l.get("join"));
    ValueJoiner j = (v, o) -> f.apply(null, v, o);
    Named n = Build.named(l);
    Materialized m = l.has("store") ? b.kept(l) : null;
    return switch (l.op) {
      case "table-join" -> n == null ? m == null ? t.join(u, j) : t.join(u, j, m) : m == null ? t.join(u, j, n) : t.join(u, j, n, m);
      case "table-left-join" -> n == null ? m == null ? t.leftJoin(u, j) : t.leftJoin(u, j, m) : m == null ? t.leftJoin(u, j, n) : t.leftJoin(u, j, n, m);
      default -> n == null ? m == null ? t.outerJoin(u, j) : t.outerJoin(u, j, m) : m == null ? t.outerJoin(u, j, n) : t.outerJoin(u, j, n, m);
    };
  }
}
