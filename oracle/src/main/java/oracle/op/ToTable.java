package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;

/** {@code t = to-table s [name=N] [store=S] [emit=every]}. */
public final class ToTable implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    KStream s = b.in(l, 0);
    Materialized m = l.has("store") ? b.kept(l) : Materialized.with(Build.key(l), Build.val(l));
    return l.has("name") ? s.toTable(Build.named(l), m) : s.toTable(m);
  }
}
