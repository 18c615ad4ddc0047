package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.Consumed;

/** {@code t = table topic=T [name=N] [store=S] [emit=every]}. */
public final class Table implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Consumed c = Consumed.with(Build.key(l), Build.val(l));
    if (l.has("name")) c = c.withName(l.get("name"));
    return l.has("store") ? b.builder.table(l.get("topic"), c, Build.kept(l)) : b.builder.table(l.get("topic"), c);
  }
}
