package oracle.op;

import java.util.List;
import oracle.Build;
import oracle.Line;
import oracle.Operator;

/** {@code s = streams topic=T,U,V}. */
public final class Streams implements Operator {
  @Override public Object build(Build b, Line l) { return b.builder.stream(List.of(l.get("topic").split(",")), Build.consumed(l)); }
}
