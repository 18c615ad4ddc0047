package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;

/** {@code s = stream topic=T}. */
public final class Stream implements Operator {
  @Override public Object build(Build b, Line l) { return b.builder.stream(l.get("topic"), Build.consumed(l)); }
}
