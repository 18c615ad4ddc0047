package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Folds;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;

/** {@code t = from-nothing g of=count|aggregate [fn=F] …}: the same, but the first value of a key, or window, replaces null. Only rules write it. */
public final class FromNothing implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Object in = b.in(l, 0);
    Materialized m = b.materialized(l);
    Named n = Build.named(l);
    Initializer nothing = () -> null;
    Aggregator add;
    if (l.get("of").equals("count")) {
      add = (k, v, old) -> old == null ? 1L : (Long) old + 1;
    } else {
      Fn.Fold f = Folds.of(l.get("fn"));
      add = (k, v, old) -> f.add().apply(k, v, old == null ? f.zero().get() : old);
    }
    if (in instanceof TimeWindowedKStream w) return n == null ? w.aggregate(nothing, add, m) : w.aggregate(nothing, add, n, m);
    KGroupedStream g = (KGroupedStream) in;
    return n == null ? g.aggregate(nothing, add, m) : g.aggregate(nothing, add, n, m);
  }
}
