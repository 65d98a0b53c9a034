<?php
return broken
