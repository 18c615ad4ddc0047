package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.Consumed;

/** {@code t = table topic=T [name=N] [store=S] [emit=every]}. */
public final class Table implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Consumed c = Build.consumed(l);
    return l.has("store") ? b.builder.table(l.get("topic"), c, b.kept(l)) : b.builder.table(l.get("topic"), c);
  }
}
