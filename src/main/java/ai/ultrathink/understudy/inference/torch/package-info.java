/**
 * TorchScript through DJL's PyTorch engine. The only package that touches native code.
 *
 * <p>It has no CDI beans: a native executable initialises this package at run time, while beans are created at build
 * time.
 */
@NullMarked
package ai.ultrathink.understudy.inference.torch;

import org.jspecify.annotations.NullMarked;
